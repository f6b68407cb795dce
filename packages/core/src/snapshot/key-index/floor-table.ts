const FIRST_BYTES = 1024;
const FIRST_FLOORS = 64;

/**
 * The floors of all blocks, one after the other in the order of the blocks: whatever a search looks at last is
 * together in memory. Keeps what a search has found until the next one.
 */
export class FloorTable {
  #bytes = new Uint8Array(FIRST_BYTES);
  /** Where each floor begins, and at the end where the next would. */
  #starts = new Uint32Array(FIRST_FLOORS);
  #count = 0;
  #at = 0;
  #shared = 0;

  /** The block that holds the key that was searched, or would: the last one whose floor is not past it. */
  get at(): number {
    return this.#at;
  }

  /** How many bytes of its floor the key begins with. */
  get shared(): number {
    return this.#shared;
  }

  /** Makes sure that the next {@link insert}s, at most two of `length` bytes in all, cannot fail. */
  reserve(length: number): void {
    if (this.#count + 3 > this.#starts.length) {
      const starts = new Uint32Array(2 * this.#starts.length);
      starts.set(this.#starts);
      this.#starts = starts;
    }
    const needed = (this.#starts[this.#count] as number) + length;
    if (needed <= this.#bytes.length) return;
    const bytes = new Uint8Array(2 * needed);
    bytes.set(this.#bytes);
    this.#bytes = bytes;
  }

  /** Adds a floor, for which there is room. */
  insert(at: number, floor: Uint8Array): void {
    const starts = this.#starts;
    const start = starts[at] as number;
    this.#bytes.copyWithin(start + floor.length, start, starts[this.#count]);
    this.#bytes.set(floor, start);
    for (let next = this.#count; next >= at; next--)
      starts[next + 1] = (starts[next] as number) + floor.length;
    this.#count += 1;
  }

  remove(at: number): void {
    const starts = this.#starts;
    const start = starts[at] as number;
    const end = starts[at + 1] as number;
    this.#bytes.copyWithin(start, end, starts[this.#count]);
    for (let next = at + 1; next < this.#count; next++)
      starts[next] = (starts[next + 1] as number) - (end - start);
    this.#count -= 1;
  }

  clear(): void {
    this.#starts[0] = 0;
    this.#count = 0;
  }

  /**
   * Looks for a key. The floors between two others begin with whatever these have in common with the key, which is
   * not compared again.
   */
  search(key: Uint8Array, length: number): void {
    const bytes = this.#bytes;
    const starts = this.#starts;
    let low = 0;
    let high = this.#count - 1;
    let sharedLow = 0;
    let sharedHigh = 0;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      const start = starts[middle] as number;
      const floorLength = (starts[middle + 1] as number) - start;
      const end = Math.min(floorLength, length);
      let at = Math.min(sharedLow, sharedHigh);
      while (at < end && bytes[start + at] === key[at]) at += 1;
      if (at === floorLength || (at < length && (bytes[start + at] as number) < (key[at] as number))) {
        low = middle;
        sharedLow = at;
      } else {
        high = middle - 1;
        sharedHigh = at;
      }
    }
    this.#at = low;
    this.#shared = sharedLow;
  }
}
