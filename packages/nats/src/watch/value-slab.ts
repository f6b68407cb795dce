/** A kept value keeps this much alive at most, and as many values share the cost of its making. */
const SLAB_BYTES = 16_384;
/** From here on a value gets memory of its own: as the last one of a slab it would waste too much of it. */
const MAX_SHARED_BYTES = 2_048;
const NO_BYTES = new Uint8Array(0);

/**
 * Copies values out of the socket's buffer, of which they are views: 48 KB of kept values were seen to pin
 * 180 MB of it. Small values share slabs, which is several times cheaper than memory of their own for each;
 * a kept value then pins at most one slab.
 */
export class ValueSlab {
  #slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
  #used = 0;

  /** A copy of the bytes from `start` to `end`. */
  copy(bytes: Buffer, start: number, end: number): Uint8Array {
    const length = end - start;
    if (length === 0) return NO_BYTES;
    if (length > MAX_SHARED_BYTES) return new Uint8Array(bytes.subarray(start, end));
    if (this.#used + length > SLAB_BYTES) {
      this.#slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
      this.#used = 0;
    }
    const offset = this.#used;
    this.#used += length;
    bytes.copy(this.#slab, offset, start, end);
    return new Uint8Array(this.#slab.buffer, offset, length);
  }
}
