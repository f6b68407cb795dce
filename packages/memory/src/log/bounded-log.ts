import {
  type Cancel,
  type Clock,
  type KvLimits,
  type KvUpdateKind,
  SlipstreamError,
  VersionToken,
} from '@slipstream/core';
import { Alarm } from './alarm.js';
import { ExpiryQueue } from './expiry-queue.js';
import { type LogMessage, MESSAGE_OVERHEAD_BYTES, NO_VALUE } from './log-message.js';
import type { LogObserver } from './log-observer.js';
import { RetainedMessages } from './retained-messages.js';

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
  /** Drop all older messages of the key. */
  readonly rollup?: boolean | undefined;
}

const NEVER = Number.POSITIVE_INFINITY;

/**
 * One incarnation of a bucket: messages in revision order, bounded the way a JetStream stream is by history
 * per key, bytes, age and times to live.
 *
 * Time has no effect of its own: every operation first applies what fell due since the last one, in the order it fell due
 * and as of those instants, so that the log is the same whether or not a timer ran. A timer runs only while the log has
 * observers.
 */
export class BoundedLog {
  readonly epoch: string;
  /** What the log holds; to be read only. */
  readonly messages: RetainedMessages = new RetainedMessages();
  readonly #name: string;
  readonly #limits: KvLimits;
  readonly #clock: Clock;
  readonly #alarm: Alarm;
  readonly #expiries = new ExpiryQueue();
  readonly #observers = new Set<LogObserver>();
  #lastRevision = 0;
  #now = 0;

  constructor({ name, epoch, limits, clock }: BoundedLogOptions) {
    this.#name = name;
    this.epoch = epoch;
    this.#limits = limits;
    this.#clock = clock;
    this.#alarm = new Alarm(clock, () => this.catchUp());
  }

  /** The lowest retained revision; one past {@link lastRevision} when nothing is retained. */
  get firstRevision(): number {
    return this.messages.first?.revision ?? this.#lastRevision + 1;
  }

  get lastRevision(): number {
    return this.#lastRevision;
  }

  /** The number of observers. */
  get observers(): number {
    return this.#observers.size;
  }

  /** The time of the last {@link catchUp}, in milliseconds since 1970. It never goes back. */
  get now(): number {
    return this.#now;
  }

  /** Applies what fell due. Every use of the log begins with this. */
  catchUp(): void {
    const now = Math.max(this.#now, this.#clock.now());
    for (let due = this.#nextDue(); due <= now; due = this.#nextDue()) {
      this.#now = due;
      this.#expireNext(due);
    }
    this.#now = now;
    this.#setAlarm();
  }

  /** @throws `LIMIT_EXCEEDED` when the log has no room, and nothing was changed. */
  append(append: LogAppend): LogMessage {
    const size = MESSAGE_OVERHEAD_BYTES + append.key.length + (append.value?.length ?? 0);
    this.#assertRoom(append, size);
    const message = this.#append(append, size);
    this.#setAlarm();
    return message;
  }

  /** Drops what is older than `revision`. */
  dropBefore(revision: number): void {
    const { messages } = this;
    while (messages.first !== undefined && messages.first.revision < revision) this.#drop(messages.first);
  }

  /**
   * Drops the delete and purge markers that were written `olderThanMs` ago or earlier, with all older messages of their
   * keys; of the keys of younger markers only what is older than the marker.
   * @returns how many keys are gone.
   */
  dropMarkers(olderThanMs: number): number {
    let gone = 0;
    for (const last of this.messages.lastPerKey('')) {
      if (last.kind === 'put') continue;
      const isOld = last.at <= this.#now - olderThanMs;
      this.#dropOldest(last.key, isOld ? 0 : 1);
      if (isOld) gone += 1;
    }
    return gone;
  }

  /** Notifies `observer` of changes from now on; returns what ends that. */
  observe(observer: LogObserver): Cancel {
    this.#observers.add(observer);
    this.#setAlarm();
    return () => {
      this.#observers.delete(observer);
      if (this.#observers.size === 0) this.#alarm.cancel();
    };
  }

  /** Notifies the observers that the log has ended. */
  end(error: unknown): void {
    for (const observer of this.#observers) observer.ended(error);
  }

  #append({ key, kind, value = NO_VALUE, ttlMs = NEVER, rollup }: LogAppend, size: number): LogMessage {
    this.#lastRevision += 1;
    const message: LogMessage = {
      revision: this.#lastRevision,
      version: VersionToken.fromRevision(this.#lastRevision),
      key,
      kind,
      value,
      at: this.#now,
      expiresAt: this.#now + ttlMs,
      size,
      retained: true,
    };
    const previous = this.messages.last(key);
    this.messages.add(message);
    if (ttlMs !== NEVER) this.#expiries.add(message);
    for (const observer of this.#observers) observer.appended(message, previous);
    this.#dropOldest(key, rollup ? 1 : this.#limits.history);
    const { maxBytes = NEVER } = this.#limits;
    while (this.messages.bytes > maxBytes) this.#drop(this.messages.first as LogMessage);
    return message;
  }

  /** Drops the oldest messages of the key until at most `keep` are left. */
  #dropOldest(key: string, keep: number): void {
    const history = this.messages.history(key);
    while (history.length > keep) this.#drop(history[0] as LogMessage);
  }

  #drop(message: LogMessage): void {
    const wasLast = this.messages.drop(message);
    if (message.expiresAt !== NEVER) this.#expiries.noteDropped();
    for (const observer of this.#observers) observer.dropped(message, wasLast);
  }

  #assertRoom({ key, rollup }: LogAppend, size: number): void {
    const { maxBytes, discard, history: keep } = this.#limits;
    if (maxBytes === undefined) return;
    // Messages that this one replaces do not count.
    const history = this.messages.history(key);
    const replaced = history.slice(0, rollup ? history.length : Math.max(0, history.length + 1 - keep));
    const taken = replaced.reduce((bytes, message) => bytes - message.size, this.messages.bytes);
    if (size <= maxBytes && (discard === 'old' || taken + size <= maxBytes)) return;
    throw new SlipstreamError(
      'LIMIT_EXCEEDED',
      `bucket ${this.#name}: key ${key} needs ${size} bytes; ${taken} of ${maxBytes} are taken`,
      { hint: 'Raise maxBytes, remove keys, or let the bucket discard its oldest entries.' },
    );
  }

  /** When the next message falls due, by age or by its own time to live. */
  #nextDue(): number {
    return Math.min(this.#oldestDue(), this.#expiries.first?.expiresAt ?? NEVER);
  }

  #oldestDue(): number {
    return (this.messages.first?.at ?? NEVER) + (this.#limits.maxAgeMs ?? NEVER);
  }

  #expireNext(due: number): void {
    const { messages } = this;
    const message = (this.#oldestDue() === due ? messages.first : this.#expiries.first) as LogMessage;
    const { key, kind } = message;
    const { markerTtlMs: ttlMs } = this.#limits;
    if (ttlMs === undefined || kind !== 'put' || messages.last(key) !== message) {
      this.#drop(message);
    } else {
      // As nats-server does: the marker takes the value's place, so it is never the larger of the two.
      this.#append({ key, kind: 'delete', ttlMs, rollup: true }, MESSAGE_OVERHEAD_BYTES + key.length);
    }
  }

  #setAlarm(): void {
    if (this.#observers.size > 0) this.#alarm.setFor(this.#nextDue());
  }
}
