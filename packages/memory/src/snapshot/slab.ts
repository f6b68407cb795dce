/** Before each record: its entry in the index, and its length, each in four bytes. */
export const HEADER_BYTES = 8;

/** Locations per slab, more than any slab uses: the largest value is a quarter of that. */
const SLAB_LOCATIONS = 2 ** 28;

/** A run of bytes that is written once, front to back, and freed as a whole. */
export interface Slab {
  readonly bytes: Uint8Array;
  readonly header: DataView;
  /** Written so far. */
  used: number;
  /** Of these, what is not released. */
  live: number;
}

export function newSlab(size: number): Slab {
  const bytes = new Uint8Array(size);
  return { bytes, header: new DataView(bytes.buffer), used: 0, live: 0 };
}

/** A place in a slab as the index keeps it. */
export function at(number: number, offset: number): number {
  return number * SLAB_LOCATIONS + offset;
}

/** The number of the slab that a place is in. */
export function numberOf(location: number): number {
  return Math.floor(location / SLAB_LOCATIONS);
}

export function offsetOf(location: number): number {
  return location % SLAB_LOCATIONS;
}
