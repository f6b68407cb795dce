import { generateSteps } from './generate-steps.js';
import { runHistory } from './run-history.js';
import { shrinkSteps } from './shrink-steps.js';
import type { SimulationDefinition } from './simulation-definition.js';
import { SimulationError } from './simulation-error.js';
import type { SimulationStep } from './simulation-step.js';

const DEFAULT_STEPS = 40;

/**
 * Runs one simulation: what happens, when, and in which order follows from the seed alone, so a failure repeats
 * itself for as long as the code is the same.
 * @throws {SimulationError} with the shortest history found, when cursor authority breaks at any commit, the cursor
 * goes back, the watch fails by itself, or the fold does not converge with the bucket
 */
export async function simulate(definition: SimulationDefinition, seed: number): Promise<void> {
  const steps = generateSteps(seed, definition.steps ?? DEFAULT_STEPS);
  const failure = await failureOf(definition, seed, steps);
  if (failure === undefined) return;
  const fails = async (shorter: readonly SimulationStep[]): Promise<boolean> =>
    (await failureOf(definition, seed, shorter)) !== undefined;
  const shortest = await shrinkSteps(steps, fails);
  const cause = (await failureOf(definition, seed, shortest)) ?? failure;
  throw new SimulationError(definition.name, seed, shortest, cause);
}

async function failureOf(
  definition: SimulationDefinition,
  seed: number,
  steps: readonly SimulationStep[],
): Promise<unknown> {
  try {
    await runHistory(definition, seed, steps);
    return undefined;
  } catch (error) {
    return error;
  }
}
