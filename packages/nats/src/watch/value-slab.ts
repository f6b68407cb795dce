import { markAsUntransferable } from 'node:worker_threads';

/** A kept value keeps at most this much alive; the values in it share the cost of the allocation. */
const SLAB_BYTES = 16_384;
/** A larger value gets memory of its own: it would leave too much of a slab unused. */
const MAX_SHARED_BYTES = 2_048;
const NO_MEMORY = Buffer.alloc(0);

/**
 * Copies values out of the socket's buffer, of which they are views: 48 KB of kept values were measured to pin
 * 180 MB of it. Small values share slabs, which is several times cheaper than memory of their own for each;
 * a kept value then pins at most one slab.
 */
export class ValueSlab {
  // Allocated with the first value: a watch without values takes none.
  #slab = NO_MEMORY;
  #used = SLAB_BYTES;
  #memory: ArrayBufferLike = NO_MEMORY.buffer;

  /** What the last value was copied to. */
  get memory(): ArrayBufferLike {
    return this.#memory;
  }

  /** Copies the bytes from `start` to `end`; returns where in {@link memory} they are. */
  copy(bytes: Buffer, start: number, end: number): number {
    const length = end - start;
    if (length === 0) {
      this.#memory = NO_MEMORY.buffer;
      return 0;
    }
    if (length > MAX_SHARED_BYTES) {
      this.#memory = new Uint8Array(bytes.subarray(start, end)).buffer;
      return 0;
    }
    if (this.#used + length > SLAB_BYTES) {
      this.#slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
      // Transferring one value to another thread would detach its neighbours.
      markAsUntransferable(this.#slab.buffer);
      this.#used = 0;
    }
    const offset = this.#used;
    this.#used += length;
    bytes.copy(this.#slab, offset, start, end);
    this.#memory = this.#slab.buffer;
    return offset;
  }
}
