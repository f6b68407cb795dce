import { compareKeys, type RangeOptions } from '@slipstream/core';

// A leading character separates the fold's own records from its entries. The database's keys are these texts in
// UTF-8, whose order is that of code points.
const META = '\x00';
const ENTRY = '\x01';
const AFTER_ENTRIES = '\x02';
const ENTRY_BYTE = ENTRY.charCodeAt(0);

/** The key of the format version. */
export const FORMAT_KEY: string = `${META}\x00`;
/** The key of the position, which every commit writes. */
export const POSITION_KEY: string = `${META}\x01`;
/** The key of the number of entries. */
export const ENTRY_COUNT_KEY: string = `${META}\x02`;

/** Part of the database. */
export interface LevelBounds {
  readonly gte: string;
  readonly lt: string;
}

/** Where the entries are. */
export const ENTRIES: LevelBounds = { gte: ENTRY, lt: AFTER_ENTRIES };

/** Everything in the database. */
export const WHOLE_DATABASE: LevelBounds = { gte: META, lt: AFTER_ENTRIES };

/** Bounds without a key. */
export const NO_KEYS: LevelBounds = { gte: META, lt: META };

/** The database's key of an entry. `key` is well-formed. */
function entryKey(key: string): string {
  return ENTRY + key;
}

/** The most bytes that {@link writeEntryKey} writes: UTF-8 has up to three for one UTF-16 unit. */
export function mostKeyBytes(key: string): number {
  return ENTRY.length + 3 * key.length;
}

/** Writes the bytes of {@link entryKey} to the beginning of `target`, where there is room; returns how many. */
export function writeEntryKey(target: Buffer, key: string): number {
  target[0] = ENTRY_BYTE;
  return ENTRY.length + target.write(key, ENTRY.length);
}

// Longer keys are rare, and get memory of their own.
const scratch = Buffer.allocUnsafeSlow(4096);

/** The bytes of {@link entryKey}, valid until the next call: for a read that is over by then. */
export function transientEntryKey(key: string): Uint8Array {
  if (mostKeyBytes(key) > scratch.length) return Buffer.from(entryKey(key));
  return scratch.subarray(0, writeEntryKey(scratch, key));
}

/** The inverse of {@link entryKey}. */
export function keyOfEntry(storedKey: string): string {
  return storedKey.slice(ENTRY.length);
}

/**
 * Where the entries of a range are.
 * @throws {TypeError} when a bound has a lone surrogate: it has no UTF-8 form, and no key has one.
 */
export function entryBounds(prefix: string, { after }: RangeOptions): LevelBounds {
  assertWellFormed('prefix', prefix);
  const lt = afterPrefix(ENTRY + prefix);
  if (after === undefined) return { gte: ENTRY + prefix, lt };
  assertWellFormed('after', after);
  const isInside = compareKeys(after, prefix) >= 0;
  // The least text after `after` has the least character appended.
  return { gte: ENTRY + (isInside ? `${after}\x00` : prefix), lt };
}

const LAST_CODE_POINT = 0x10_ffff;
const FIRST_SURROGATE = 0xd800;
const AFTER_SURROGATES = 0xe000;

/** The least text after all that begin with `prefix`, which has a character other than the last code point. */
function afterPrefix(prefix: string): string {
  const characters = [...prefix];
  for (;;) {
    const last = characters.pop()?.codePointAt(0) ?? 0;
    if (last === LAST_CODE_POINT) continue;
    const next = last + 1 === FIRST_SURROGATE ? AFTER_SURROGATES : last + 1;
    return characters.join('') + String.fromCodePoint(next);
  }
}

function assertWellFormed(name: string, text: string): void {
  if (text.isWellFormed()) return;
  throw new TypeError(`${name} ${JSON.stringify(text)} has a lone surrogate`);
}
