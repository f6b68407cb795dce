import { PURGE_DELETES_AGE_MS } from '@slipstream/core';
import type { StreamConfig, StreamInfo } from '../jetstream/jetstream-types.js';
import { isReplicated, SHORTEST_MESSAGE_TTL_MS } from '../jetstream/stream-facts.js';

/**
 * Judges whether delete markers may have left the log before the consumer came to them. They leave its middle when their
 * time to live is over or when the bucket is maintained, and the floor does not show it.
 *
 * A consumer that waits for the next message comes to it at once and misses none. It lags, and may miss some, until it has
 * delivered what was there when it was created, and after flow control has held it back. What it misses shows as a gap,
 * and is at least as old as a marker is guaranteed to stay. All times are the server's, in milliseconds since 1970.
 */
export class MarkerGuard {
  readonly #log: StreamInfo;
  readonly #limitMs: number;
  readonly #isReplicated: boolean;
  #isWaiting = false;
  #provedAt: number;

  /**
   * @param log - As it was before the consumer was created. What it had lost by then is for the receiver to find out.
   * @param startAt - Everything that was written before then is known to the receiver.
   */
  constructor(log: StreamInfo, startAt: number) {
    const { config } = log;
    this.#log = log;
    const stayMs = shortestStayMs(config);
    this.#limitMs = stayMs - Math.min(stayMs / 2, MARGIN_MS);
    this.#isReplicated = isReplicated(config);
    this.#provedAt = startAt;
  }

  /** Whether a delete marker may be missing from a gap that ends with what the server stored at `at`. */
  mayHaveMissedMarker(at: number, now: number): boolean {
    // A replica that lags receives a marker and its removal at the same time.
    if (this.#isReplicated && this.#isOver(at, now)) this.#isWaiting = false;
    return !this.#isWaiting && this.#isOver(this.#provedAt, now);
  }

  /** The consumer has come to what the server stored at `at`; when it `isLast`, there is no more. */
  reached(at: number, isLast: boolean): void {
    if (isLast) this.#isWaiting = true;
    if (at > this.#provedAt) this.#provedAt = at;
  }

  /** Flow control was answered: the server may have waited for it since the last message. */
  released(now: number): void {
    if (this.#isOver(this.#provedAt, now)) this.#isWaiting = false;
  }

  /** Whether nothing, marker or not, has left the log since the consumer was created. */
  isUntouched({ state }: StreamInfo): boolean {
    const before = this.#log.state;
    return state.last_seq - before.last_seq === state.messages - before.messages;
  }

  #isOver(since: number, now: number): boolean {
    return now - since >= this.#limitMs;
  }
}

/** Clocks of replicas differ, and a delivery takes a while. */
const MARGIN_MS = 60_000;

/** The shortest time that a marker is guaranteed to stay. */
function shortestStayMs({ allow_msg_ttl }: StreamConfig): number {
  return allow_msg_ttl === true ? SHORTEST_MESSAGE_TTL_MS : PURGE_DELETES_AGE_MS;
}
