import { describeStep, type SimulationStep } from './simulation-step.js';

/** A run that violated something. The message has what to replay it with, and the shortest history found. */
export class SimulationError extends Error {
  override readonly name = 'SimulationError';
  readonly seed: number;
  readonly steps: readonly SimulationStep[];

  constructor(name: string, seed: number, steps: readonly SimulationStep[], cause: unknown) {
    const what = cause instanceof Error ? cause.message : String(cause);
    const history = steps.map((step, index) => `  ${index + 1}. ${describeStep(step)}`).join('\n');
    super(`${name}: ${what}\nseed ${seed}; what it takes:\n${history}`, { cause });
    this.seed = seed;
    this.steps = steps;
  }
}
