/** Entries per page: what is copied when a page that an open range reads is written to. */
const PAGE_ENTRIES = 1024;

const PAGE_BITS = 10;
const PLACE_MASK = PAGE_ENTRIES - 1;

// What is kept of an entry, in a row of numbers of 32 bits.
const ROW_LENGTH = 5;
const KEY_START = 0;
/** 0: the row is free. */
const KEY_LENGTH = 1;
const LENGTH = 2;
const LOCATION_LOW = 3;
const LOCATION_HIGH = 4;

const HIGH_UNIT = 0x1_0000_0000;

/**
 * A fixed number of entries in two arrays, so that neither an entry nor its key is an object of its own: a million
 * of them would be most of what a garbage collection has to look at.
 */
export interface EntryPage {
  readonly generation: number;
  readonly rows: Int32Array;
  /** The keys in UTF-8. Only ever added to, so that copies of the page can share it. */
  keys: Uint8Array;
  keysEnd: number;
  liveKeyBytes: number;
}

/** Pages as a range sees them, or as they are now. */
export type EntryPages = readonly EntryPage[];

export function newPage(generation: number, keyCapacity: number): EntryPage {
  return {
    generation,
    rows: new Int32Array(PAGE_ENTRIES * ROW_LENGTH),
    keys: new Uint8Array(keyCapacity),
    keysEnd: 0,
    liveKeyBytes: 0,
  };
}

export function copyPage(page: EntryPage, generation: number): EntryPage {
  return { ...page, generation, rows: page.rows.slice() };
}

export function pageNumberOf(entry: number): number {
  return entry >>> PAGE_BITS;
}

export function pageOf(pages: EntryPages, entry: number): EntryPage {
  return pages[entry >>> PAGE_BITS] as EntryPage;
}

/** Where the row of an entry begins. */
export function rowOf(entry: number): number {
  return (entry & PLACE_MASK) * ROW_LENGTH;
}

export function keyStartAt({ rows }: EntryPage, row: number): number {
  return rows[row + KEY_START] as number;
}

export function keyLengthAt({ rows }: EntryPage, row: number): number {
  return rows[row + KEY_LENGTH] as number;
}

export function locationAt({ rows }: EntryPage, row: number): number {
  return (rows[row + LOCATION_HIGH] as number) * HIGH_UNIT + ((rows[row + LOCATION_LOW] as number) >>> 0);
}

export function lengthAt({ rows }: EntryPage, row: number): number {
  return (rows[row + LENGTH] as number) >>> 0;
}

export function placeAt({ rows }: EntryPage, row: number, location: number, length: number): void {
  rows[row + LENGTH] = length;
  rows[row + LOCATION_LOW] = location;
  rows[row + LOCATION_HIGH] = Math.floor(location / HIGH_UNIT);
}

/** Takes a key into a row that is free. There is room for it. */
export function addKeyAt(page: EntryPage, row: number, key: Uint8Array, length: number): void {
  const { rows, keys, keysEnd } = page;
  for (let at = 0; at < length; at++) keys[keysEnd + at] = key[at] as number;
  rows[row + KEY_START] = keysEnd;
  rows[row + KEY_LENGTH] = length;
  page.keysEnd += length;
  page.liveKeyBytes += length;
}

export function removeKeyAt(page: EntryPage, row: number): void {
  page.liveKeyBytes -= keyLengthAt(page, row);
  page.rows[row + KEY_LENGTH] = 0;
}

/** Moves the keys to other memory, without those that are gone. */
export function moveKeys(page: EntryPage, capacity: number): void {
  const { rows, keys: before } = page;
  const keys = new Uint8Array(capacity);
  let end = 0;
  for (let row = 0; row < rows.length; row += ROW_LENGTH) {
    const start = keyStartAt(page, row);
    const length = keyLengthAt(page, row);
    for (let at = 0; at < length; at++) keys[end + at] = before[start + at] as number;
    rows[row + KEY_START] = end;
    end += length;
  }
  page.keys = keys;
  page.keysEnd = end;
}
