import { markAsUntransferable } from 'node:worker_threads';

const PAGE_BYTES = 64 * 1024;

/** Longer values get memory of their own: a short value that is kept keeps its whole page. */
const LONGEST_SHARED = PAGE_BYTES / 16;

/**
 * Memory for values that are read: views of pages, each filled once from start to end. An array buffer for each value
 * would cost more than reading it.
 */
export class ValuePage {
  #page = new Uint8Array(0);
  #used = 0;

  /** A copy of the first `length` bytes. */
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
    // Transferring one value to another thread would take the others along.
    markAsUntransferable(this.#page.buffer);
  }
}
