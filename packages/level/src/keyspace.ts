import { prefixBounds, type RangeOptions } from '@slipstream/core';

// A leading byte keeps what the fold says of itself apart from the keys of its entries.
const META = 0x00;
const ENTRY = 0x01;
const BEHIND_ENTRIES = 0x02;

/** Under which the fold says what it is. */
export const FORMAT_KEY: Uint8Array = Uint8Array.of(META, 0x00);
/** Under which it has its position, written with every commit. */
export const POSITION_KEY: Uint8Array = Uint8Array.of(META, 0x01);
/** Under which it remembers how many entries it has. */
export const ENTRY_COUNT_KEY: Uint8Array = Uint8Array.of(META, 0x02);

/** Part of the database. */
export interface LevelBounds {
  readonly gte: Uint8Array;
  readonly lt: Uint8Array;
}

/** Where the entries are. */
export const ENTRIES: LevelBounds = { gte: Uint8Array.of(ENTRY), lt: Uint8Array.of(BEHIND_ENTRIES) };

/** Everything in the database. */
export const WHOLE_DATABASE: LevelBounds = { gte: Uint8Array.of(), lt: Uint8Array.of(0xff) };

/** Where no key is. */
export const NO_KEYS: LevelBounds = { gte: Uint8Array.of(META), lt: Uint8Array.of(META) };

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const ENTRY_PREFIX = String.fromCharCode(ENTRY);

/** The database's key of an entry. `key` is well-formed. */
export function entryKey(key: string): Uint8Array {
  return encoder.encode(ENTRY_PREFIX + key);
}

/** The inverse of {@link entryKey}; `undefined` when the bytes are no UTF-8, which is damage. */
export function decodeEntryKey(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes.subarray(1));
  } catch {
    return undefined;
  }
}

/** Where the entries of a range are. */
export function entryBounds(prefix: string, { after }: RangeOptions): LevelBounds {
  const { start, end } = prefixBounds(prefix, after);
  return { gte: behind(ENTRY, start), lt: end === undefined ? ENTRIES.lt : behind(ENTRY, end) };
}

function behind(first: number, rest: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + rest.length);
  bytes[0] = first;
  bytes.set(rest, 1);
  return bytes;
}
