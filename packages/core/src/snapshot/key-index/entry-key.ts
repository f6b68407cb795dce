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

/** How many bytes the keys of two entries have in common at their beginning. */
export function sharedKeyBytes(pages: EntryPages, left: number, right: number): number {
  const leftPage = pageOf(pages, left);
  const rightPage = pageOf(pages, right);
  const leftKeys = leftPage.keys;
  const rightKeys = rightPage.keys;
  const leftStart = keyStartAt(leftPage, rowOf(left));
  const rightStart = keyStartAt(rightPage, rowOf(right));
  const shorter = Math.min(keyLengthAt(leftPage, rowOf(left)), keyLengthAt(rightPage, rowOf(right)));
  let at = 0;
  while (at < shorter && leftKeys[leftStart + at] === rightKeys[rightStart + at]) at += 1;
  return at;
}
