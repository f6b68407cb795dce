import { type EntryPages, keyLengthAt, keyStartAt, pageOf, rowOf } from './entry-page.js';

/** Bytes of a key that a rank is made of: with a position in a block they are 50 bits, exact as a number. */
const RANK_BYTES = 5;

/** Past every rank. */
export const HIGHEST_RANK: number = 0x100 ** RANK_BYTES;

/**
 * The bytes from `from` up to `end`, {@link RANK_BYTES} of them, as a number that orders as they do. A key that ends
 * comes before those that go on, even with a zero: no byte of UTF-8 is 255, so that there is room for an end.
 */
export function rankOfBytes(bytes: Uint8Array, from: number, end: number): number {
  if (from + RANK_BYTES <= end) {
    // Without a branch for each, and in two halves of whole numbers.
    const high = (((bytes[from] as number) + 1) << 8) | ((bytes[from + 1] as number) + 1);
    const low =
      (((bytes[from + 2] as number) + 1) << 16) |
      (((bytes[from + 3] as number) + 1) << 8) |
      ((bytes[from + 4] as number) + 1);
    return high * 0x100_0000 + low;
  }
  let rank = 0;
  for (let at = from; at < from + RANK_BYTES; at++) {
    rank = rank * 0x100 + (at < end ? (bytes[at] as number) + 1 : 0);
  }
  return rank;
}

/** The least that has a rank, which is not the highest: the bytes that it was made of. */
export function bytesOfRank(rank: number): number[] {
  const bytes: number[] = [];
  for (let unit = 0x100 ** (RANK_BYTES - 1); unit >= 1; unit /= 0x100) {
    const byte = Math.floor(rank / unit) % 0x100;
    if (byte === 0) break;
    bytes.push(byte - 1);
  }
  return bytes;
}

/** The rank of an entry's key after its first `from` bytes. */
export function rankOfEntry(pages: EntryPages, entry: number, from: number): number {
  const page = pageOf(pages, entry);
  const row = rowOf(entry);
  const start = keyStartAt(page, row);
  return rankOfBytes(page.keys, start + from, start + keyLengthAt(page, row));
}
