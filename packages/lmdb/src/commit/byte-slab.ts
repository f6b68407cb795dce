const CHUNK_BYTES = 256 * 1024;

/**
 * Memory for the many small byte strings of a commit. The engine looks up the address of every array buffer that it
 * reads from, which costs as much as the put itself.
 */
export class ByteSlab {
  #chunk: Buffer = Buffer.alloc(0);
  #used = 0;

  /** `length` bytes, not zeroed. */
  take(length: number): Buffer {
    if (length > this.#chunk.length - this.#used) {
      if (length > CHUNK_BYTES / 4) return Buffer.allocUnsafeSlow(length);
      this.#chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
      this.#used = 0;
    }
    const bytes = this.#chunk.subarray(this.#used, this.#used + length);
    this.#used += length;
    return bytes;
  }
}
