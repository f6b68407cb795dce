import type { KvUpdate, WatchScope } from '@slipstream/core';
import type { BoundedLog } from '../log/bounded-log.js';
import type { LogMessage } from '../log/log-message.js';
import { updateOf } from './update-of.js';

/** Where a chunk ends, whichever comes first. */
const MAX_CHUNK_UPDATES = 1_024;
const MAX_CHUNK_BYTES = 1024 * 1024;

/** Updates in revision order, and the source's time at the position after them. */
export interface Batch {
  readonly updates: KvUpdate[];
  readonly at: number;
}

/**
 * What of a log lies ahead of one watch: its position, and the exact number of messages that it must still
 * deliver. It holds no messages: they are read from the log when they are taken.
 *
 * Up to `stateEnd`, the head when the watch began with the state, only the last message of a key is to be
 * delivered; past it, every one.
 */
export class Lookahead {
  readonly #log: BoundedLog;
  readonly #scope: WatchScope;
  readonly #stateEnd: number;
  #position: number;
  #pending = 0;

  private constructor(log: BoundedLog, scope: WatchScope, stateEnd: number, position: number) {
    this.#log = log;
    this.#scope = scope;
    this.#stateEnd = stateEnd;
    this.#position = position;
  }

  /** The last message of each key in scope, then every later one. */
  static ofState(log: BoundedLog, scope: WatchScope): Lookahead {
    const ahead = new Lookahead(log, scope, log.lastRevision, 0);
    for (const prefix of scope.prefixes) ahead.#pending += count(log.messages.lastPerKey(prefix));
    return ahead;
  }

  /** Every message in scope past `revision`. */
  static after(log: BoundedLog, scope: WatchScope, revision: number): Lookahead {
    const ahead = new Lookahead(log, scope, 0, revision);
    for (const { key } of log.messages.after(revision)) if (scope.includes(key)) ahead.#pending += 1;
    return ahead;
  }

  /** Everything in scope up to this revision was taken. */
  get position(): number {
    return this.#position;
  }

  /** Messages to deliver. */
  get pending(): number {
    return this.#pending;
  }

  /** Records a new message; returns whether it is to be delivered. */
  appended(message: LogMessage, previous: LogMessage | undefined): boolean {
    if (!this.#scope.includes(message.key)) return false;
    this.#pending += 1;
    // What was to be delivered as the last of its key no longer is.
    if (previous !== undefined && this.#isAhead(previous) && !this.#isLive(previous)) this.#pending -= 1;
    return true;
  }

  /**
   * Records a dropped message; returns whether something was lost. A newer retained message of the key replaces it; without
   * one, what happened to the key will never be delivered.
   */
  dropped(message: LogMessage, wasLast: boolean): boolean {
    if (!this.#isAhead(message) || !this.#scope.includes(message.key)) return false;
    if (wasLast || this.#isLive(message)) this.#pending -= 1;
    return wasLast;
  }

  /** Takes what is to be delivered next, up to a chunk's size, and moves the position past it. */
  take(): Batch {
    const updates: KvUpdate[] = [];
    let bytes = 0;
    let at = this.#log.now;
    for (const message of this.#pending > 0 ? this.#log.messages.after(this.#position) : []) {
      this.#position = message.revision;
      if (!this.#isDue(message)) continue;
      updates.push(updateOf(message));
      at = message.at;
      bytes += message.size;
      this.#pending -= 1;
      if (this.#pending === 0 || updates.length === MAX_CHUNK_UPDATES || bytes >= MAX_CHUNK_BYTES) break;
    }
    if (this.#pending > 0) return { updates, at };
    // Nothing in scope lies between here and the head: the position may be the head, as of now.
    this.#position = this.#log.lastRevision;
    return { updates, at: this.#log.now };
  }

  #isDue(message: LogMessage): boolean {
    if (!this.#scope.includes(message.key)) return false;
    return this.#isLive(message) || this.#log.messages.last(message.key) === message;
  }

  #isAhead(message: LogMessage): boolean {
    return message.revision > this.#position;
  }

  #isLive(message: LogMessage): boolean {
    return message.revision > this.#stateEnd;
  }
}

function count(items: Iterable<unknown>): number {
  let total = 0;
  for (const _ of items) total += 1;
  return total;
}
