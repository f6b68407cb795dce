import { parseArgs } from 'node:util';
import { type DemoOptions, type NumberOption, numberOptions } from './demo-options.js';

/** What a command line asks for. */
export type Command =
  | { readonly kind: 'run'; readonly options: DemoOptions }
  | { readonly kind: 'help' }
  /** It makes no sense, for this reason. */
  | { readonly kind: 'mistake'; readonly reason: string };

type Values = Readonly<Record<string, string | boolean | undefined>>;

const strings = ['nats', 'data', ...numberOptions.map(({ name }) => name)];
const flags = ['memory', 'plain', 'help'];

/** Reads the arguments after the program's name. */
export function parseArguments(args: readonly string[]): Command {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...Object.fromEntries(strings.map((name) => [name, { type: 'string' as const }])),
        ...Object.fromEntries(flags.map((name) => [name, { type: 'boolean' as const }])),
      },
    });
    return values['help'] === true ? { kind: 'help' } : { kind: 'run', options: resolve(values as Values) };
  } catch (error) {
    return { kind: 'mistake', reason: error instanceof Error ? error.message : String(error) };
  }
}

function resolve(values: Values): DemoOptions {
  const [nodes, routes, changes, ratePerSecond, seed] = numberOptions.map((option) => number(values, option));
  const options: DemoOptions = Object.freeze({
    nodes: nodes ?? 0,
    routes: routes ?? 0,
    changes: changes ?? 0,
    ratePerSecond: ratePerSecond ?? 0,
    seed: seed ?? 0,
    dataDirectory: text(values, 'data'),
    natsUrl: text(values, 'nats'),
    memory: values['memory'] === true,
    plain: values['plain'] === true,
  });
  // A delta is to be seen as one, beside all the rest.
  if (options.changes > options.routes / 2) {
    throw new RangeError(`--changes is ${options.changes}, more than half of the ${options.routes} routes`);
  }
  if (options.natsUrl !== undefined && options.memory) {
    throw new RangeError('--nats and --memory exclude each other');
  }
  if (options.natsUrl !== undefined && !/^nats:\/\/[^/]+$/.test(options.natsUrl)) {
    throw new TypeError(`--nats is ${options.natsUrl}, not like nats://host:4222`);
  }
  return options;
}

function number(values: Values, { name, least, most, byDefault }: NumberOption): number {
  const given = text(values, name);
  if (given === undefined) return byDefault;
  const value = /^\d+$/.test(given) ? Number(given) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new RangeError(`--${name} is ${given}, not a whole number from ${least} to ${most}`);
}

function text(values: Values, name: string): string | undefined {
  const value = values[name];
  if (value === '') throw new TypeError(`--${name} is empty`);
  return typeof value === 'string' ? value : undefined;
}
