import { parseArgs } from 'node:util';
import { type BenchOptions, DEFAULT_RUNS, MAX_ENTRIES, MAX_RUNS } from './bench-options.js';

/** What a command line asks for. */
export type Command =
  | { readonly kind: 'run'; readonly options: BenchOptions }
  | { readonly kind: 'list' }
  | { readonly kind: 'help' }
  /** It makes no sense, for this reason. */
  | { readonly kind: 'mistake'; readonly reason: string };

/**
 * Reads the arguments after the program's name.
 * @param figureNames - Of all figures: what `--only` names has to be among them.
 */
export function parseArguments(args: readonly string[], figureNames: readonly string[]): Command {
  try {
    // `npm run bench -- --only x` arrives as it is, `pnpm run bench -- --only x` with the dashes.
    const { values } = parseArgs({
      args: args[0] === '--' ? args.slice(1) : [...args],
      options: {
        only: { type: 'string', multiple: true },
        entries: { type: 'string', default: 'quick' },
        runs: { type: 'string', default: String(DEFAULT_RUNS) },
        from: { type: 'string', multiple: true },
        json: { type: 'string' },
        plot: { type: 'string' },
        report: { type: 'string' },
        list: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
    if (values.help === true) return { kind: 'help' };
    if (values.list === true) return { kind: 'list' };
    const options: BenchOptions = Object.freeze({
      only: Object.freeze((values.only ?? []).map((name) => readName(name, figureNames))),
      entries: readEntries(values.entries),
      runs: readWhole('--runs', values.runs, MAX_RUNS),
      from: Object.freeze(values.from ?? []),
      json: values.json,
      plot: values.plot,
      report: values.report,
    });
    return { kind: 'run', options };
  } catch (error) {
    return { kind: 'mistake', reason: error instanceof Error ? error.message : String(error) };
  }
}

function readName(name: string, figureNames: readonly string[]): string {
  if (name !== '' && figureNames.some((figure) => figure.startsWith(name))) return name;
  throw new RangeError(`--only is ${name}, and no figure's name begins with it; --list shows them`);
}

function readEntries(text: string): BenchOptions['entries'] {
  return text === 'quick' || text === 'full' ? text : readWhole('--entries', text, MAX_ENTRIES);
}

function readWhole(option: string, text: string, max: number): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (number >= 1 && number <= max) return number;
  throw new RangeError(`${option} is ${text}, not a whole number from 1 to ${max}`);
}
