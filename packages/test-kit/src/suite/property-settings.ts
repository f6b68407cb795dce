import type { PropertySettings } from './conformance-case.js';

/**
 * The settings that an environment asks for, to be passed to a harness by a test file:
 * `property: propertySettings(process.env)`. `SLIPSTREAM_TEST_SEED` replays a failure,
 * `SLIPSTREAM_TEST_RUNS` is the number of runs of each property.
 * @throws {RangeError} when one is set to something else than a whole number.
 */
export function propertySettings(
  environment: Readonly<Record<string, string | undefined>>,
): PropertySettings {
  return {
    seed: wholeNumber(environment, 'SLIPSTREAM_TEST_SEED', 0),
    runs: wholeNumber(environment, 'SLIPSTREAM_TEST_RUNS', 1),
  };
}

function wholeNumber(
  environment: Readonly<Record<string, string | undefined>>,
  name: string,
  least: number,
): number | undefined {
  const text = environment[name];
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new RangeError(`${name} must be a whole number of at least ${least}, not ${text}`);
}
