import { parseArgs } from 'node:util';
import { MAX_MINUTES, MAX_SEED, type SoakOptions } from './soak-options.js';

/** What a command line asks for. */
export type Command =
  | { readonly kind: 'run'; readonly options: SoakOptions }
  | { readonly kind: 'help' }
  /** It makes no sense, for this reason. */
  | { readonly kind: 'mistake'; readonly reason: string };

/**
 * Reads the arguments after the program's name.
 * @param random - Chooses the seed when none is given.
 */
export function parseArguments(args: readonly string[], random: () => number): Command {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        minutes: { type: 'string' },
        seed: { type: 'string' },
        cluster: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
    if (values.help === true) return { kind: 'help' };
    const { minutes = '1', seed = String(Math.floor(random() * MAX_SEED)), cluster = false } = values;
    const options = { minutes: readMinutes(minutes), seed: readSeed(seed), cluster };
    return { kind: 'run', options: Object.freeze(options) };
  } catch (error) {
    return { kind: 'mistake', reason: error instanceof Error ? error.message : String(error) };
  }
}

function readMinutes(text: string): number {
  const minutes = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (minutes > 0 && minutes <= MAX_MINUTES) return minutes;
  throw new RangeError(`--minutes is ${text}, not a number above 0 and up to ${MAX_MINUTES}`);
}

function readSeed(text: string): number {
  const seed = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (seed <= MAX_SEED) return seed;
  throw new RangeError(`--seed is ${text}, not a whole number from 0 to ${MAX_SEED}`);
}
