import assert from 'node:assert/strict';
import type {
  KvEntry,
  KvUpdate,
  SnapshotStore,
  VersionToken,
  WatchCursor,
  WatchScope,
} from '@slipstream/core';
import { collect } from '@slipstream/core/testing';
import { plainEntry } from '../models/plain-form.js';
import type { SimulatedBucket } from './simulation-definition.js';

interface Write {
  readonly key: string;
  readonly revision: bigint;
  readonly epoch: string;
  readonly isLive: boolean;
}

/** Knows what was written and what apply has returned for, and holds a fold against it. */
export class SimulationOracle {
  readonly #bucket: SimulatedBucket;
  readonly #scope: WatchScope;
  readonly #writes: Write[] = [];
  readonly #applied = new Set<string>();
  #cursor: WatchCursor | undefined;
  #epoch = '';

  constructor(bucket: SimulatedBucket, scope: WatchScope) {
    this.#bucket = bucket;
    this.#scope = scope;
  }

  /** The bucket was created or re-created. */
  async incarnated(): Promise<void> {
    this.#epoch = (await this.#bucket.store.status()).epoch;
  }

  wrote(key: string, version: VersionToken, isLive: boolean): void {
    this.#writes.push({ key, revision: version.revision ?? 0n, epoch: this.#epoch, isLive });
  }

  /** The caller's code has returned for these. */
  applied(batch: readonly KvUpdate[]): void {
    for (const { version } of batch) this.#applied.add(`${this.#epoch} ${version.revision}`);
  }

  /** The fold was lost: another one begins from nothing. */
  foldLost(): void {
    this.#cursor = undefined;
  }

  /** Checks cursor authority of what the fold has committed. */
  async checkFold(fold: SnapshotStore): Promise<void> {
    const { cursor } = fold;
    const previous = this.#cursor;
    this.#cursor = cursor;
    const reached = cursor.revision;
    if (previous !== undefined && !previous.isNone) {
      assert.ok(!cursor.isNone, `the cursor ${previous} was lost`);
      const from = previous.revision ?? 0n;
      assert.ok(
        previous.epoch !== cursor.epoch || (reached ?? 0n) >= from,
        `${previous} went back to ${cursor}`,
      );
    }
    if (reached === undefined || cursor.epoch !== this.#epoch) return;
    for (const write of this.#lastWrites()) {
      // What a later write made superfluous the log need not have any more: the later one brings the key up to date.
      if (write.revision <= reached) await this.#checkWrite(fold, cursor, write);
    }
  }

  /** Caught up, the fold has what was written last; what limits evicted may be missing, or still be there. */
  async checkConverged(fold: SnapshotStore): Promise<void> {
    const held = new Map((await collect(fold.range(''))).map((entry) => [entry.key, entry]));
    const last = new Map(this.#lastWrites().map((write) => [write.key, write]));
    for (const { key, version } of held.values()) {
      const write = last.get(key);
      const isLast = write?.isLive === true && write.revision === version.revision;
      assert.ok(
        isLast,
        `caught up, the fold has ${key} at ${version.revision}; written last: ${describe(write)}`,
      );
    }
    for await (const { key } of this.#bucket.store.reader.scan('')) {
      assert.ok(held.has(key) || !this.#scope.includes(key), `caught up, the fold misses ${key}`);
    }
  }

  /** Compared with the bucket, the fold is exactly what the bucket is; returns that. */
  async checkEqual(fold: SnapshotStore): Promise<readonly KvEntry[]> {
    const entries = (await collect(this.#bucket.store.reader.scan(''))).filter(({ key }) =>
      this.#scope.includes(key),
    );
    const byKey = (a: { key: string }, b: { key: string }): number => (a.key < b.key ? -1 : 1);
    const held = (await collect(fold.range(''))).map(plainEntry).sort(byKey);
    assert.deepEqual(held, entries.map(plainEntry).sort(byKey), 'the fold, compared with the bucket');
    return entries;
  }

  async #checkWrite(fold: SnapshotStore, cursor: WatchCursor, write: Write): Promise<void> {
    const { key, revision, epoch, isLive } = write;
    const held = (await fold.get(key))?.version.revision;
    const kept = (await this.#bucket.store.reader.entry(key))?.version.revision === revision;
    const claim = `cursor ${cursor.revision} claims ${describe(write)}`;
    // What the log dropped before it was delivered cannot be in the fold; something older must not be, either.
    const isRight = isLive ? held === revision || (held === undefined && !kept) : held === undefined;
    assert.ok(isRight, `${claim}; the fold has ${held === undefined ? 'nothing' : `revision ${held}`}`);
    if (kept) assert.ok(this.#applied.has(`${epoch} ${revision}`), `${claim}, which was never applied`);
  }

  /** Of each key in scope the last write of this incarnation. */
  #lastWrites(): Write[] {
    const last = new Map<string, Write>();
    for (const write of this.#writes) {
      if (write.epoch === this.#epoch && this.#scope.includes(write.key)) last.set(write.key, write);
    }
    return [...last.values()];
  }
}

function describe(write: Write | undefined): string {
  if (write === undefined) return 'nothing';
  return `${write.isLive ? 'put' : 'delete'} ${write.key} at ${write.revision}`;
}
