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
  #slab = new Uint8Array(SLAB_BYTES);
  #used = 0;

  copy(value: Uint8Array): Uint8Array {
    const { length } = value;
    if (length === 0) return NO_BYTES;
    // Not slice(): the client's views are Buffers, whose slice() is one more view.
    if (length > MAX_SHARED_BYTES) return new Uint8Array(value);
    if (this.#used + length > SLAB_BYTES) {
      this.#slab = new Uint8Array(SLAB_BYTES);
      this.#used = 0;
    }
    const start = this.#used;
    this.#used += length;
    const copy = this.#slab.subarray(start, this.#used);
    copy.set(value);
    return copy;
  }
}
