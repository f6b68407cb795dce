/** What one run is made of; `parseArguments` makes it. */
export interface SoakOptions {
  /** How long to go on. */
  readonly minutes: number;
  /** Decides every write, read and fault; their timing is the machine's. */
  readonly seed: number;
  /** Whether three servers replicate the buckets, instead of one having them. */
  readonly cluster: boolean;
}

export const MAX_MINUTES: number = 24 * 60;
export const MAX_SEED: number = 2 ** 32 - 1;
