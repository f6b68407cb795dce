/** What one run of the demo is made of; `parseArguments` makes it. */
export interface DemoOptions {
  /** Processes in the fleet, each with a fold of its own. */
  readonly nodes: number;
  /** Routes that the bucket is filled with. */
  readonly routes: number;
  /** Changes that are made while a node is dead. */
  readonly changes: number;
  /** Changes, and lookups, per second. */
  readonly ratePerSecond: number;
  /** Decides every key, value and choice of the run. */
  readonly seed: number;
  /** Where the folds are; absent: a temporary folder, removed at the end. */
  readonly dataDirectory: string | undefined;
  /** A server that runs already. */
  readonly natsUrl: string | undefined;
  /** Whether to do without a server, even if there is one. */
  readonly memory: boolean;
  /** Whether to print a plain log, even to a terminal. */
  readonly plain: boolean;
}

/** A whole number that can be set, with its bounds. */
export interface NumberOption {
  readonly name: 'nodes' | 'routes' | 'changes' | 'rate' | 'seed';
  readonly least: number;
  readonly most: number;
  readonly byDefault: number;
  readonly meaning: string;
}

// The defaults together make a run of about 20 seconds.
export const numberOptions: readonly NumberOption[] = [
  { name: 'nodes', least: 1, most: 16, byDefault: 3, meaning: 'processes in the fleet' },
  { name: 'routes', least: 20, most: 1_000_000, byDefault: 4_000, meaning: 'routes in the bucket' },
  {
    name: 'changes',
    least: 10,
    most: 100_000,
    byDefault: 800,
    meaning: 'changes made while a node is dead, on as many keys; at most half the routes',
  },
  {
    name: 'rate',
    least: 10,
    most: 20_000,
    byDefault: 400,
    meaning: 'changes per second, and lookups per second',
  },
  { name: 'seed', least: 0, most: 2 ** 31, byDefault: 1, meaning: 'decides every key, value and choice' },
];
