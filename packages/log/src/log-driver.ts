import type { FoldLock } from '@slipstream/artifact/fold-directory';
import { foldFileError } from '@slipstream/artifact/fold-directory';
import type {
  KvEntry,
  KvUpdate,
  RangeOptions,
  SnapshotCapabilities,
  SnapshotDriver,
  SnapshotStats,
  WatchCursor,
} from '@slipstream/core';
import { BackgroundFlush } from './background-flush.js';
import { writeCheckpoint } from './checkpoint.js';
import { Compactor } from './compaction/compactor.js';
import { logCapabilities } from './log-capabilities.js';
import { type LogFold, syncDirectoryIfDue } from './log-fold.js';
import { LOG_BACKEND, LOG_FORMAT_VERSION } from './log-format.js';
import { readRange } from './read/range-reader.js';
import { readEntry } from './read/record-reader.js';

/** A commit of this many entries costs little per entry, and takes the index about 2 ms. */
const CATCH_UP_BATCH = 2048;

/** A fold in an append-only log, with its keys in memory. */
export class LogDriver implements SnapshotDriver {
  readonly backend: string = LOG_BACKEND;
  readonly formatVersion: string = LOG_FORMAT_VERSION;
  readonly capabilities: SnapshotCapabilities = logCapabilities;
  readonly catchUpBatch: number = CATCH_UP_BATCH;
  readonly location: string;
  readonly cursor: WatchCursor;
  readonly #fold: LogFold;
  readonly #lock: FoldLock;
  readonly #compactor: Compactor;
  readonly #flush: BackgroundFlush;

  constructor(fold: LogFold, lock: FoldLock) {
    this.location = fold.directory;
    this.cursor = fold.cursor;
    this.#fold = fold;
    this.#lock = lock;
    this.#compactor = new Compactor(fold);
    this.#flush = new BackgroundFlush(fold);
  }

  async commit(updates: readonly KvUpdate[], cursor: WatchCursor): Promise<void> {
    await this.#rewriteAfterLostFlush();
    await this.#compactor.keepPace();
    await this.#fold.appends.run(() => this.#append(updates, cursor));
    this.#flush.startIfDue();
    this.#compactor.startIfDue();
  }

  get(key: string): KvEntry | undefined {
    const slot = this.#fold.index.get(key);
    return slot && readEntry(key, slot);
  }

  *range(prefix: string, options: RangeOptions): Generator<KvEntry, void, undefined> {
    const { log, retiring, index } = this.#fold;
    const unpin = log.pin();
    const unpinRetiring = retiring?.pin();
    try {
      yield* readRange(index, prefix, options);
    } finally {
      unpinRetiring?.();
      unpin();
    }
  }

  *keys(prefix: string, { after }: RangeOptions): Generator<string, void, undefined> {
    for (const { key } of this.#fold.index.keys(prefix, after)) yield key;
  }

  stats(): SnapshotStats {
    return { entries: this.#fold.index.size, bytes: this.#fold.log.tail.length };
  }

  async checkpoint(directory: string, onSnapshot: () => void): Promise<void> {
    const { log, cursor, config } = this.#fold;
    const written = writeCheckpoint({ log, cursor, directory, fileSystem: config.fileSystem });
    onSnapshot();
    await written;
  }

  async settle(): Promise<void> {
    await this.#compactor.idle();
    if (this.#fold.unorderedRecords > 0) await this.#compactor.run();
  }

  async close(): Promise<void> {
    const fold = this.#fold;
    try {
      await this.#compactor.stop();
      await this.#flush.idle();
      // After a failed flush, a successful one proves nothing about what was written before.
      if (this.#flush.failure !== undefined) throw this.#flush.failure;
      await fold.log.seal(fold.cursor);
    } finally {
      await fold.log.close().finally(() => this.#lock.release());
    }
  }

  mapError(error: unknown, what: string): unknown {
    return foldFileError(error, what);
  }

  async #append(updates: readonly KvUpdate[], cursor: WatchCursor): Promise<void> {
    const fold = this.#fold;
    await syncDirectoryIfDue(fold);
    const { log, index } = fold;
    const { offsets, lengths } = await log.append(updates, cursor, fold.config.sync);
    // No await from here on: readers and compactions see all of the commit or nothing.
    for (let at = 0; at < updates.length; at++) {
      const { kind, key } = updates[at] as KvUpdate;
      if (kind === 'put') index.put(key, log, offsets[at] as number, lengths[at] as number);
      else index.remove(key);
    }
    fold.cursor = cursor;
    fold.unorderedRecords += updates.length;
  }

  /** A compaction reads and verifies what is live, and writes and flushes it as a new file. */
  async #rewriteAfterLostFlush(): Promise<void> {
    if (this.#flush.failure === undefined) return;
    await this.#compactor.run();
    this.#flush.forgetFailure();
  }
}
