import { type EntryPages, keyLengthAt, keyStartAt, pageOf, rowOf } from './entry-page.js';

/** The key of an entry, in the memory of its page: to be read at once. */
export function keyOf(pages: EntryPages, entry: number): Uint8Array {
  const page = pageOf(pages, entry);
  const row = rowOf(entry);
  const start = keyStartAt(page, row);
  return page.keys.subarray(start, start + keyLengthAt(page, row));
}

/** Compares the key of an entry with another: below 0 when the entry's comes first. */
export function compareKeyOf(pages: EntryPages, entry: number, other: Uint8Array, length: number): number {
  const page = pageOf(pages, entry);
  const { keys } = page;
  const row = rowOf(entry);
  const start = keyStartAt(page, row);
  const ownLength = keyLengthAt(page, row);
  const shorter = Math.min(ownLength, length);
  for (let at = 0; at < shorter; at++) {
    const difference = (keys[start + at] as number) - (other[at] as number);
    if (difference !== 0) return difference;
  }
  return ownLength - length;
}
