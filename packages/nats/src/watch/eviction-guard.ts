import { resumeWindowOk } from '@slipstream/core';
import type { StreamConfig, StreamInfo } from '../jetstream/jetstream-types.js';
import { durationMs, limitOf, serverTimeMs } from '../jetstream/stream-facts.js';

/** Sequences between which a watch was delivered nothing. */
export interface DeliveryGap {
  /** Everything in scope up to here was delivered. */
  readonly from: number;
  /** When the server stored what is there, in milliseconds since 1970. */
  readonly fromAt: number;
}

/** Ages are the server's, and a replica's clock may differ from its leader's. */
const CLOCK_MARGIN = 0.5;

/**
 * Judges gaps in what a log delivers. What is missing from a gap is out of scope, or was gone when the server came to
 * it:
 *
 * - replaced by a newer message of the same key, which is or will be delivered: no loss;
 * - dropped by a limit of the log: lost.
 *
 * Limits drop from the front, so nothing after a gap's start was dropped while the log's first sequence has not passed it.
 * In a small, busy log the front also moves when messages are merely replaced. Then a second proof is needed: between two
 * looks at the log, too little was written to reach a limit. If neither holds, the gap counts as a loss. That is cheap: only
 * a log that was replaced as a whole gets here, and it has few keys.
 */
export class EvictionGuard {
  readonly #maxPayload: number;
  #latest: StreamInfo;
  /** Since this look the log has never reached a limit. */
  #belowLimitsSince: StreamInfo;

  /**
   * @param info - The log, before anything is delivered. @param maxPayload - The longest message that the
   * server takes, in bytes.
   */
  constructor(info: StreamInfo, maxPayload: number) {
    this.#maxPayload = maxPayload;
    this.#latest = info;
    this.#belowLimitsSince = info;
  }

  /** Whether a gap that began at `fromAt` has to be proved harmless; it is `now` by the server's clock. */
  needsProof(fromAt: number, now: number): boolean {
    const { config } = this.#latest;
    if (!canDrop(config)) return false;
    if (dropsBySize(config) || config.allow_msg_ttl === true) return true;
    // What came after `from` is younger than it, and only age drops anything.
    return now - fromAt > (durationMs(config.max_age) ?? Number.POSITIVE_INFINITY) * CLOCK_MARGIN;
  }

  /** When the server answered the latest look, in milliseconds since 1970. */
  get observedAtMs(): number {
    return serverTimeMs(this.#latest);
  }

  /** Records a look at the log. Looks come in order. */
  observe(info: StreamInfo): void {
    if (!hasStayedBelowLimits(this.#latest, info, this.#maxPayload)) this.#belowLimitsSince = info;
    this.#latest = info;
  }

  /** Whether nothing was lost in a gap that ended before the latest look. */
  isHarmless({ from }: DeliveryGap): boolean {
    const { config, state } = this.#latest;
    if (!canDrop(config)) return true;
    const since = this.#belowLimitsSince.state;
    return isBehind(from, state.first_seq) || from >= since.last_seq || isBehind(from, since.first_seq);
  }
}

/** Whether a log that begins with `first` still has, or has replaced, everything after `from`. */
function isBehind(from: number, first: number): boolean {
  return resumeWindowOk(BigInt(from), BigInt(first));
}

/** Whether messages can be dropped without being replaced. */
function canDrop(config: StreamConfig): boolean {
  return dropsByTime(config) || dropsBySize(config);
}

function dropsByTime({ max_age, allow_msg_ttl }: StreamConfig): boolean {
  return limitOf(max_age) !== undefined || allow_msg_ttl === true;
}

function dropsBySize({ discard, max_bytes, max_msgs }: StreamConfig): boolean {
  return discard !== 'new' && (limitOf(max_bytes) !== undefined || limitOf(max_msgs) !== undefined);
}

/** Whether what was written between two looks cannot have filled the log to a limit. */
function hasStayedBelowLimits(before: StreamInfo, after: StreamInfo, maxPayload: number): boolean {
  const { config } = after;
  if (dropsByTime(config)) return false;
  if (before.config.max_bytes !== config.max_bytes || before.config.max_msgs !== config.max_msgs)
    return false;
  const written = after.state.last_seq - before.state.last_seq;
  const { bytes, messages } = before.state;
  const maxBytes = limitOf(config.max_bytes) ?? Number.POSITIVE_INFINITY;
  const maxMessages = limitOf(config.max_msgs) ?? Number.POSITIVE_INFINITY;
  const longest = (limitOf(config.max_msg_size) ?? maxPayload) + RECORD_OVERHEAD;
  return bytes + written * longest <= maxBytes && messages + written <= maxMessages;
}

/** What a server adds to a message in its store, with room to spare: lengths, sequence, time, checksum, subject. */
const RECORD_OVERHEAD = 4_096;
