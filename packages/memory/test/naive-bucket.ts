import type { KvLimits, KvUpdateKind } from '@slipstream/core';

export interface NaiveMessage {
  readonly revision: number;
  readonly key: string;
  readonly kind: KvUpdateKind;
  readonly size: number;
  readonly at: number;
  readonly expiresAt: number;
}

/** A bucket as its rules read, without an index and without haste: the oracle of the property test. */
export class NaiveBucket {
  readonly limits: KvLimits;
  messages: NaiveMessage[] = [];
  lastRevision = 0;
  now: number;
  /** Every message that went without a newer one of its key in the log. */
  readonly lost: NaiveMessage[] = [];

  constructor(limits: KvLimits, now: number) {
    this.limits = limits;
    this.now = now;
  }

  get firstRevision(): number {
    return this.messages[0]?.revision ?? this.lastRevision + 1;
  }

  get bytes(): number {
    return this.messages.reduce((sum, { size }) => sum + size, 0);
  }

  last(key: string): NaiveMessage | undefined {
    return this.messages.findLast((message) => message.key === key);
  }

  /** Whether the write was taken. */
  write(kind: KvUpdateKind, key: string, length: number, ttlMs: number = Infinity, rollup = false): boolean {
    const size = 16 + key.length + length;
    const message = {
      revision: this.lastRevision + 1,
      key,
      kind,
      size,
      at: this.now,
      expiresAt: this.now + ttlMs,
    };
    const after = [...this.messages, message];
    const ofKey = after.filter((other) => other.key === key);
    const superseded = new Set(ofKey.slice(0, rollup ? -1 : -this.limits.history));
    const kept = after.filter((other) => !superseded.has(other));
    const { maxBytes = Infinity, discard } = this.limits;
    const total = kept.reduce((sum, other) => sum + other.size, 0);
    if (size > maxBytes || (discard === 'new' && total > maxBytes)) return false;
    this.messages = kept;
    this.lastRevision += 1;
    while (this.bytes > maxBytes) this.drop(this.messages[0] as NaiveMessage);
    return true;
  }

  advance(ms: number): void {
    const target = this.now + ms;
    for (;;) {
      const due = (message: NaiveMessage): number =>
        Math.min(message.expiresAt, message.at + (this.limits.maxAgeMs ?? Infinity));
      const next = [...this.messages].sort((a, b) => due(a) - due(b) || a.revision - b.revision)[0];
      if (next === undefined || due(next) > target) break;
      this.now = due(next);
      const leavesMarker =
        this.limits.markerTtlMs !== undefined && next.kind === 'put' && this.last(next.key) === next;
      if (leavesMarker) this.write('delete', next.key, 0, this.limits.markerTtlMs, true);
      else this.drop(next);
    }
    this.now = target;
  }

  purgeDeletes(olderThanMs: number): void {
    for (const key of new Set(this.messages.map((message) => message.key))) {
      const last = this.last(key) as NaiveMessage;
      if (last.kind === 'put') continue;
      const old = last.at <= this.now - olderThanMs;
      for (const message of this.messages.filter((other) => other.key === key)) {
        if (old || message !== last) this.drop(message);
      }
    }
  }

  drop(message: NaiveMessage): void {
    this.messages = this.messages.filter((other) => other !== message);
    if (this.last(message.key) === undefined) this.lost.push(message);
  }
}
