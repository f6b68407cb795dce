import { markAsUntransferable } from 'node:worker_threads';

const PAGE_BYTES = 64 * 1024;

/** What is longer gets memory of its own: a short value that is kept for long keeps its page. */
const LONGEST_SHARED = PAGE_BYTES / 16;

/**
 * Room for what is read: views of pages that are filled once, from the start to the end. An array buffer for each
 * value would cost more than reading it.
 */
export class ValuePage {
  #page = new Uint8Array(0);
  #used = 0;

  /** A copy of the first bytes of what the engine has read. */
  copy(source: Buffer, length: number): Uint8Array {
    if (length > LONGEST_SHARED) return new Uint8Array(source.subarray(0, length));
    if (length > this.#page.length - this.#used) this.#begin();
    const start = this.#used;
    this.#used += length;
    source.copy(this.#page, start, 0, length);
    return new Uint8Array(this.#page.buffer, start, length);
  }

  #begin(): void {
    this.#page = new Uint8Array(PAGE_BYTES);
    this.#used = 0;
    // Who hands a value to another thread would take the others along.
    markAsUntransferable(this.#page.buffer);
  }
}
