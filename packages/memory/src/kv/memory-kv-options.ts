import { type Clock, type KvLimits, systemClock } from '@slipstream/core';

/** The name and the limits of a bucket. Fixed for the life of the store. */
export interface MemoryKvOptions {
  /** The bucket's name: letters, digits, `-` and `_`. */
  readonly name: string;
  /** Versions kept per key, 1 to 64. @defaultValue 1 */
  readonly history?: number | undefined;
  /** Size of the log, in bytes: per message its key, its value and 16. @defaultValue not limited */
  readonly maxBytes?: number | undefined;
  /** How long a message stays, in milliseconds. @defaultValue not limited */
  readonly maxAgeMs?: number | undefined;
  /** Size of one value, in bytes. @defaultValue not limited */
  readonly maxValueBytes?: number | undefined;
  /**
   * At `maxBytes`: `new` refuses the write with `LIMIT_EXCEEDED`, `old` drops the oldest messages of
   * any kind. @defaultValue 'new': a live value is never dropped silently
   */
  readonly discard?: 'old' | 'new' | undefined;
  /** Whether single entries may have a time to live. @defaultValue true when `markerTtlMs` is set */
  readonly allowTtl?: boolean | undefined;
  /**
   * How long the delete marker of an expiring value (by its own time to live, or by `maxAgeMs`) stays, in milliseconds.
   * @defaultValue none: values expire without a marker, and no watch sees it
   */
  readonly markerTtlMs?: number | undefined;
  /**
   * How long a watch whose scope is idle waits, while other keys change, before it yields a chunk that only
   * moves its cursor; in milliseconds. @defaultValue 1 000
   */
  readonly bookmarkIntervalMs?: number | undefined;
  /** Time. @defaultValue the machine's clock */
  readonly clock?: Clock | undefined;
  /** A number from 0 up to 1; distinguishes incarnations created at the same instant. @defaultValue Math.random */
  readonly random?: (() => number) | undefined;
}

/** {@link MemoryKvOptions} with every default in place. */
export interface ResolvedMemoryKvOptions {
  readonly name: string;
  readonly limits: KvLimits;
  readonly allowTtl: boolean;
  readonly bookmarkIntervalMs: number;
  readonly clock: Clock;
  readonly random: () => number;
}

/** What NATS sets as the most. */
const MAX_HISTORY = 64;

/** @throws {TypeError} on a name or a combination that makes no sense; {@link RangeError} on a number. */
export function resolveMemoryKvOptions(options: MemoryKvOptions): ResolvedMemoryKvOptions {
  const { name, history = 1, discard = 'new', markerTtlMs, bookmarkIntervalMs = 1_000 } = options;
  const { allowTtl = markerTtlMs !== undefined, maxBytes, maxAgeMs, maxValueBytes } = options;
  if (typeof name !== 'string' || !/^[-_a-zA-Z0-9]+$/.test(name)) {
    throw new TypeError(`name is made of letters, digits, - and _, not ${JSON.stringify(name)}`);
  }
  if (discard !== 'old' && discard !== 'new') {
    throw new TypeError(`discard is 'old' or 'new', not ${JSON.stringify(discard)}`);
  }
  if (markerTtlMs !== undefined && !allowTtl) {
    throw new TypeError('markerTtlMs needs allowTtl: the markers have a time to live themselves');
  }
  assertWhole('history', history, 1, MAX_HISTORY);
  if (maxBytes !== undefined) assertWhole('maxBytes', maxBytes, 1);
  if (maxAgeMs !== undefined) assertWhole('maxAgeMs', maxAgeMs, 1);
  if (maxValueBytes !== undefined) assertWhole('maxValueBytes', maxValueBytes, 0);
  if (markerTtlMs !== undefined) assertWhole('markerTtlMs', markerTtlMs, 1);
  assertWhole('bookmarkIntervalMs', bookmarkIntervalMs, 0);
  return Object.freeze({
    name,
    limits: Object.freeze({
      history,
      maxBytes,
      maxAgeMs,
      maxValueBytes,
      discard,
      markerTtlMs,
      // Any marker may have been given a time to live of its own.
      shortestMarkerTtlMs: allowTtl ? 1 : undefined,
    }),
    allowTtl,
    bookmarkIntervalMs,
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
  });
}

/** @throws {RangeError} unless `value` is a whole number from `least` to `most`. */
export function assertWhole(
  what: string,
  value: number,
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
  throw new RangeError(`${what} is a whole number ${range}, not ${value}`);
}
