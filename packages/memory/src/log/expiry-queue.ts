import type { LogMessage } from './log-message.js';

/** Below this many entries, clearing out those that were dropped otherwise is not worth it. */
const MINIMUM_ENTRIES = 64;

/**
 * The messages with a time to live, the earliest to expire first: a binary heap. A message that was dropped for another
 * reason stays until it comes up, or until such messages are the majority.
 */
export class ExpiryQueue {
  #heap: LogMessage[] = [];
  #dropped = 0;

  /** The retained message that expires first; of several, the oldest. */
  get first(): LogMessage | undefined {
    while (this.#heap[0]?.retained === false) {
      this.#removeFirst();
      this.#dropped -= 1;
    }
    return this.#heap[0];
  }

  add(message: LogMessage): void {
    this.#heap.push(message);
    this.#raise(this.#heap.length - 1);
  }

  /** To be called when a message of the queue was dropped. */
  noteDropped(): void {
    this.#dropped += 1;
    if (this.#heap.length <= MINIMUM_ENTRIES || this.#dropped * 2 < this.#heap.length) return;
    // A sorted array is a heap.
    this.#heap = this.#heap.filter(({ retained }) => retained).sort(compareExpiry);
    this.#dropped = 0;
  }

  #removeFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink();
  }

  #raise(start: number): void {
    for (let index = start; index > 0; ) {
      const parent = (index - 1) >>> 1;
      if (this.#inOrder(parent, index)) return;
      this.#swap(parent, index);
      index = parent;
    }
  }

  #sink(): void {
    for (let index = 0; ; ) {
      let child = index * 2 + 1;
      if (child >= this.#heap.length) return;
      if (child + 1 < this.#heap.length && !this.#inOrder(child, child + 1)) child += 1;
      if (this.#inOrder(index, child)) return;
      this.#swap(index, child);
      index = child;
    }
  }

  #inOrder(a: number, b: number): boolean {
    return compareExpiry(this.#heap[a] as LogMessage, this.#heap[b] as LogMessage) <= 0;
  }

  #swap(a: number, b: number): void {
    const message = this.#heap[a] as LogMessage;
    this.#heap[a] = this.#heap[b] as LogMessage;
    this.#heap[b] = message;
  }
}

function compareExpiry(a: LogMessage, b: LogMessage): number {
  return a.expiresAt - b.expiresAt || a.revision - b.revision;
}
