import { type LogMessage, NO_VALUE } from './log-message.js';

/** Below this many slots, closing holes is not worth it. */
const MINIMUM_SLOTS = 64;

/**
 * The retained messages in revision order: an array with holes, which are closed when they outnumber the
 * messages. So appending and dropping take constant time, amortised, and finding a revision a binary search.
 */
export class MessageSequence {
  #slots: LogMessage[] = [];
  #head = 0;
  #size = 0;

  /** Retained messages. */
  get size(): number {
    return this.#size;
  }

  /** The oldest retained message. */
  get first(): LogMessage | undefined {
    return this.#slots[this.#head];
  }

  push(message: LogMessage): void {
    this.#slots.push(message);
    this.#size += 1;
  }

  /** Drops a retained message at any position, and releases its value. */
  drop(message: LogMessage): void {
    message.retained = false;
    message.value = NO_VALUE;
    this.#size -= 1;
    while (this.#slots[this.#head]?.retained === false) this.#head += 1;
    if (this.#slots.length > MINIMUM_SLOTS && this.#size * 2 < this.#slots.length) {
      this.#slots = this.#slots.filter(({ retained }) => retained);
      this.#head = 0;
    }
  }

  /** The retained messages past `revision`, in order. The sequence must not change meanwhile. */
  *after(revision: number): IterableIterator<LogMessage> {
    const slots = this.#slots;
    for (let index = this.#indexAfter(revision); index < slots.length; index++) {
      const message = slots[index] as LogMessage;
      if (message.retained) yield message;
    }
  }

  #indexAfter(revision: number): number {
    let low = this.#head;
    let high = this.#slots.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#slots[middle] as LogMessage).revision <= revision) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
