import type { PropertySettings } from '../suite/conformance-case.js';
import type { TestRunner } from '../suite/test-runner.js';
import { simulate } from './simulate.js';
import type { SimulationDefinition } from './simulation-definition.js';

/** How many seeds are run. */
export interface SimulationSettings extends PropertySettings {
  /** How long all of them may take, in milliseconds. @defaultValue 120 000 */
  readonly deadlineMs?: number | undefined;
}

const DEFAULT_RUNS = 1_000;
const DEFAULT_DEADLINE_MS = 120_000;

/**
 * Declares a test that simulates one seed after the other, from `seed` (by default a random one) on.
 * `SLIPSTREAM_TEST_SEED` with `SLIPSTREAM_TEST_RUNS=1` replays a failure, through `propertySettings(process.env)`.
 */
export function defineSimulation(
  { test }: Pick<TestRunner, 'test'>,
  definition: SimulationDefinition,
  settings: SimulationSettings = {},
): void {
  const { runs = DEFAULT_RUNS, deadlineMs = DEFAULT_DEADLINE_MS } = settings;
  const first = settings.seed ?? Math.floor(Math.random() * 0x8000_0000);
  const title = `${definition.name}: ${runs} simulations from seed ${first}, each sound at every commit and converging`;
  test(
    title,
    async () => {
      for (let run = 0; run < runs; run++) await simulate(definition, first + run);
    },
    deadlineMs,
  );
}
