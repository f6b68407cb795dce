/** How long to wait between attempts. */
export interface BackoffOptions {
  /** The first wait. @defaultValue 100 */
  readonly initialDelayMs?: number | undefined;
  /** The longest wait. @defaultValue 10 000: a fleet comes back within seconds of its server. */
  readonly maxDelayMs?: number | undefined;
  /** What each wait is multiplied by. @defaultValue 2 */
  readonly factor?: number | undefined;
}

export type ResolvedBackoffOptions = Readonly<Record<keyof BackoffOptions, number>>;

/** @throws {RangeError} when a delay is negative, the longest is below the first, or the factor below 1. */
export function resolveBackoffOptions(options: BackoffOptions = {}): ResolvedBackoffOptions {
  const { initialDelayMs = 100, maxDelayMs = 10_000, factor = 2 } = options;
  if (!(initialDelayMs >= 0)) throw new RangeError(`backoff.initialDelayMs is ${initialDelayMs}, below 0`);
  if (!(maxDelayMs >= initialDelayMs)) {
    throw new RangeError(`backoff.maxDelayMs is ${maxDelayMs}, below initialDelayMs (${initialDelayMs})`);
  }
  if (!(factor >= 1)) throw new RangeError(`backoff.factor is ${factor}, below 1`);
  return Object.freeze({ initialDelayMs, maxDelayMs, factor });
}

/**
 * The wait after the `failures`-th failure in a row (from 1): exponential up to the cap, then anywhere in its
 * upper half, so that a fleet that was cut off at once does not come back at once.
 */
export function backoffDelayMs(failures: number, random: number, options: ResolvedBackoffOptions): number {
  const { initialDelayMs, maxDelayMs, factor } = options;
  // A growth of Infinity would make NaN of a delay of 0.
  const growth = Math.min(factor ** (failures - 1), Number.MAX_VALUE);
  const full = Math.min(maxDelayMs, initialDelayMs * growth);
  return full / 2 + (full / 2) * random;
}
