import { OrderedMap } from '@slipstream/core';
import type { LogMessage } from './log-message.js';
import { MessageSequence } from './message-sequence.js';

/** What a log holds, by revision and by key. */
export class RetainedMessages {
  readonly #sequence = new MessageSequence();
  /** Of each key its messages, the oldest first; never empty. */
  readonly #histories = new OrderedMap<LogMessage[]>();
  #bytes = 0;

  get size(): number {
    return this.#sequence.size;
  }

  /** Keys that have a message. */
  get keys(): number {
    return this.#histories.size;
  }

  /** The sum of the messages' sizes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The oldest message. */
  get first(): LogMessage | undefined {
    return this.#sequence.first;
  }

  /** The messages of a key, the oldest first. */
  history(key: string): readonly LogMessage[] {
    return this.#histories.get(key) ?? [];
  }

  last(key: string): LogMessage | undefined {
    return this.#histories.get(key)?.at(-1);
  }

  /** The last message of each key that begins with `prefix`, in key order, of the keys there are now. */
  *lastPerKey(prefix: string): IterableIterator<LogMessage> {
    for (const [, history] of this.#histories.range(prefix)) {
      // Empty if the key was removed during the listing.
      const last = history.at(-1);
      if (last !== undefined) yield last;
    }
  }

  /** The messages past `revision`, in order. Nothing may be added or dropped meanwhile. */
  after(revision: number): IterableIterator<LogMessage> {
    return this.#sequence.after(revision);
  }

  add(message: LogMessage): void {
    this.#sequence.push(message);
    this.#bytes += message.size;
    const history = this.#histories.get(message.key);
    if (history === undefined) this.#histories.set(message.key, [message]);
    else history.push(message);
  }

  /** Drops a message; returns whether it was the last of its key, of which nothing is left. */
  drop(message: LogMessage): boolean {
    const history = this.#histories.get(message.key) as LogMessage[];
    history.splice(history.indexOf(message), 1);
    if (history.length === 0) this.#histories.delete(message.key);
    this.#bytes -= message.size;
    this.#sequence.drop(message);
    return history.length === 0;
  }
}
