import {
  type Cancel,
  type Clock,
  type KvLimits,
  type KvUpdateKind,
  OrderedMap,
  SlipstreamError,
  VersionToken,
} from '@slipstream/core';
import { ExpiryQueue } from './expiry-queue.js';
import { type LogMessage, MESSAGE_OVERHEAD_BYTES, NO_VALUE } from './log-message.js';
import type { LogObserver } from './log-observer.js';
import { MessageSequence } from './message-sequence.js';

/** The longest wait that timers take; a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** What a {@link BoundedLog} is made of. */
export interface BoundedLogOptions {
  /** The bucket's name, for messages. */
  readonly name: string;
  readonly epoch: string;
  readonly limits: KvLimits;
  readonly clock: Clock;
}

/** What is to be appended. The log keeps `value`: it must be a copy. */
export interface LogAppend {
  readonly key: string;
  readonly kind: KvUpdateKind;
  readonly value?: Uint8Array | undefined;
  /** The message's own time to live. */
  readonly ttlMs?: number | undefined;
  /** Drop everything older of the key. */
  readonly rollup?: boolean | undefined;
}

/**
 * One incarnation of a bucket: messages in revision order, bounded the way a JetStream stream is by history
 * per key, bytes, age and times to live.
 *
 * Time has no effect of its own: every operation first makes good what fell due since the last one, in the
 * order it fell due and as of those instants, so that the log is the same whether or not a timer ran. A timer
 * runs only while somebody follows the log.
 */
export class BoundedLog {
  readonly epoch: string;
  readonly #name: string;
  readonly #limits: KvLimits;
  readonly #clock: Clock;
  readonly #messages = new MessageSequence();
  readonly #expiries = new ExpiryQueue();
  /** Of each key the retained messages, the oldest first. */
  readonly #histories = new OrderedMap<LogMessage[]>();
  readonly #observers = new Set<LogObserver>();
  #lastRevision = 0;
  #bytes = 0;
  #now = 0;
  #timer: { readonly due: number; readonly cancel: Cancel } | undefined;

  constructor({ name, epoch, limits, clock }: BoundedLogOptions) {
    this.#name = name;
    this.epoch = epoch;
    this.#limits = limits;
    this.#clock = clock;
  }

  /** The lowest retained revision; one past {@link lastRevision} when nothing is retained. */
  get firstRevision(): number {
    return this.#messages.first?.revision ?? this.#lastRevision + 1;
  }

  get lastRevision(): number {
    return this.#lastRevision;
  }

  /** Retained messages. */
  get size(): number {
    return this.#messages.size;
  }

  /** What the retained messages count against the limit. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The time of the last {@link catchUp}, in milliseconds since 1970. It never goes back. */
  get now(): number {
    return this.#now;
  }

  /** Makes good what fell due. Every use of the log begins with this. */
  catchUp(): void {
    const now = Math.max(this.#now, this.#clock.now());
    for (let due = this.#nextDue(); due <= now; due = this.#nextDue()) {
      this.#now = due;
      this.#expireNext(due);
    }
    this.#now = now;
    this.#setTimer();
  }

  /** The last message of the key, marker or not. */
  last(key: string): LogMessage | undefined {
    return this.#histories.get(key)?.at(-1);
  }

  /** The last message of each key that begins with `prefix`, in key order, of the keys there are now. */
  *lastPerKey(prefix: string): IterableIterator<LogMessage> {
    for (const [, history] of this.#histories.range(prefix)) {
      const last = history.at(-1);
      if (last !== undefined) yield last;
    }
  }

  /** The retained messages past `revision`, in order. The log must not change meanwhile. */
  after(revision: number): IterableIterator<LogMessage> {
    return this.#messages.after(revision);
  }

  /** Whether nothing newer of the message's key is retained. */
  isLast(message: LogMessage): boolean {
    return this.last(message.key) === message;
  }

  /** @throws `LIMIT_EXCEEDED` when the log has no room, and nothing was changed. */
  append(append: LogAppend): LogMessage {
    const size = MESSAGE_OVERHEAD_BYTES + append.key.length + (append.value?.length ?? 0);
    this.#assertRoom(append, size);
    const message = this.#append(append, size);
    this.#setTimer();
    return message;
  }

  /**
   * Drops the delete and purge markers that were written `olderThanMs` ago or earlier, with everything older
   * of their keys; of younger markers' keys only what is older than the marker.
   * @returns how many keys are gone.
   */
  dropMarkers(olderThanMs: number): number {
    let gone = 0;
    for (const last of this.lastPerKey('')) {
      if (last.kind === 'put') continue;
      const old = last.at <= this.#now - olderThanMs;
      this.#dropOldest(last.key, old ? 0 : 1);
      if (old) gone += 1;
    }
    return gone;
  }

  /** Tells `observer` of changes from now on; returns what ends that. */
  observe(observer: LogObserver): Cancel {
    this.#observers.add(observer);
    this.#setTimer();
    return () => {
      this.#observers.delete(observer);
      if (this.#observers.size === 0) this.#cancelTimer();
    };
  }

  /** Tells everyone who follows the log that it is no more. */
  end(error: unknown): void {
    for (const observer of this.#observers) observer.ended(error);
  }

  #append({ key, kind, value = NO_VALUE, ttlMs, rollup }: LogAppend, size: number): LogMessage {
    this.#lastRevision += 1;
    const message: LogMessage = {
      revision: this.#lastRevision,
      version: VersionToken.fromRevision(this.#lastRevision),
      key,
      kind,
      value,
      at: this.#now,
      expiresAt: ttlMs === undefined ? Number.POSITIVE_INFINITY : this.#now + ttlMs,
      size,
      retained: true,
    };
    const previous = this.last(key);
    this.#messages.push(message);
    this.#bytes += size;
    const history = this.#histories.get(key);
    if (history === undefined) this.#histories.set(key, [message]);
    else history.push(message);
    if (ttlMs !== undefined) this.#expiries.add(message);
    for (const observer of this.#observers) observer.appended(message, previous);
    this.#dropOldest(key, rollup ? 1 : this.#limits.history);
    this.#enforceMaxBytes();
    return message;
  }

  /** Drops the oldest messages of the key until no more than `keep` are left. */
  #dropOldest(key: string, keep: number): void {
    const history = this.#histories.get(key);
    while (history !== undefined && history.length > keep) this.#drop(history[0] as LogMessage);
  }

  #enforceMaxBytes(): void {
    const { maxBytes = Number.POSITIVE_INFINITY } = this.#limits;
    while (this.#bytes > maxBytes) this.#drop(this.#messages.first as LogMessage);
  }

  #drop(message: LogMessage): void {
    const history = this.#histories.get(message.key) as LogMessage[];
    history.splice(history.indexOf(message), 1);
    const wasLast = history.length === 0;
    if (wasLast) this.#histories.delete(message.key);
    this.#bytes -= message.size;
    this.#messages.drop(message);
    if (message.expiresAt !== Number.POSITIVE_INFINITY) this.#expiries.noteDropped();
    for (const observer of this.#observers) observer.dropped(message, wasLast);
  }

  #assertRoom({ key, rollup }: LogAppend, size: number): void {
    const { maxBytes, discard, history: keep } = this.#limits;
    if (maxBytes === undefined) return;
    const history = this.#histories.get(key) ?? [];
    let freed = 0;
    // What the message itself makes superfluous does not count.
    const dropped = rollup ? history.length : Math.max(0, history.length + 1 - keep);
    for (let index = 0; index < dropped; index++) freed += (history[index] as LogMessage).size;
    if (size <= maxBytes && (discard === 'old' || this.#bytes - freed + size <= maxBytes)) return;
    throw new SlipstreamError(
      'LIMIT_EXCEEDED',
      `bucket ${this.#name}: key ${key} needs ${size} bytes; ${this.#bytes} of ${maxBytes} are taken`,
      { hint: 'Raise maxBytes, remove keys, or let the bucket discard its oldest entries.' },
    );
  }

  /** When the next message falls due, by age or by its own time to live; `Infinity`: none will. */
  #nextDue(): number {
    return Math.min(this.#oldestDue(), this.#expiries.first?.expiresAt ?? Number.POSITIVE_INFINITY);
  }

  #oldestDue(): number {
    const { maxAgeMs = Number.POSITIVE_INFINITY } = this.#limits;
    return (this.#messages.first?.at ?? Number.POSITIVE_INFINITY) + maxAgeMs;
  }

  #expireNext(due: number): void {
    const message = (this.#oldestDue() === due ? this.#messages.first : this.#expiries.first) as LogMessage;
    const { markerTtlMs } = this.#limits;
    if (markerTtlMs === undefined || message.kind !== 'put' || !this.isLast(message)) {
      this.#drop(message);
      return;
    }
    // As nats-server does: the marker takes the value's place, so it is never the larger of the two.
    const size = MESSAGE_OVERHEAD_BYTES + message.key.length;
    this.#append({ key: message.key, kind: 'delete', ttlMs: markerTtlMs, rollup: true }, size);
  }

  #setTimer(): void {
    if (this.#observers.size === 0) return;
    const due = this.#nextDue();
    // A timer that comes too early sets the next one; moving it with every write would cost more.
    if (due === Number.POSITIVE_INFINITY || (this.#timer !== undefined && this.#timer.due <= due)) return;
    this.#cancelTimer();
    const cancel = this.#clock.after(Math.min(due - this.#clock.now(), MAX_TIMER_MS), () => {
      this.#timer = undefined;
      this.catchUp();
    });
    this.#timer = { due, cancel };
  }

  #cancelTimer(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
