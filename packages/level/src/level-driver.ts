import { damagedFoldError } from '@slipstream/artifact/fold-directory';
import {
  type KvEntry,
  type KvUpdate,
  Mutex,
  type RangeOptions,
  type SnapshotCapabilities,
  type SnapshotDriver,
  type SnapshotStats,
  type WatchCursor,
} from '@slipstream/core';
import { ChecksummedRecordWriter, readChecksummedRecord } from './checksummed-record.js';
import { EntryCounter } from './entry-counter.js';
import { fillBatch } from './fill-batch.js';
import { encodeEntryCount, encodePosition, type FoldPosition } from './fold-position.js';
import {
  ENTRY_COUNT_KEY,
  entryBounds,
  keyOfEntry,
  NO_KEYS,
  POSITION_KEY,
  transientEntryKey,
  WHOLE_DATABASE,
} from './keyspace.js';
import { levelCapabilities } from './level-capabilities.js';
import { writeCheckpoint } from './level-checkpoint.js';
import {
  ENCODINGS,
  getBytes,
  type LevelBatch,
  type LevelOperation,
  type LevelSnapshot,
} from './level-engine.js';
import { levelError } from './level-errors.js';
import type { LevelFold } from './level-fold.js';
import { LEVEL_BACKEND, LEVEL_FORMAT_VERSION } from './level-format.js';
import { readPages } from './read-pages.js';

/**
 * This many entries of some 300 bytes fill LevelDB's write buffer (4 MB): each commit is one table, and fewer, larger
 * tables are merged less often. Twice as many gain little, and take 50 MB more.
 */
const CATCH_UP_BATCH = 16_384;

/** A fold in a LevelDB database. */
export class LevelDriver implements SnapshotDriver {
  readonly backend: string = LEVEL_BACKEND;
  readonly formatVersion: string = LEVEL_FORMAT_VERSION;
  readonly capabilities: SnapshotCapabilities = levelCapabilities;
  readonly catchUpBatch: number = CATCH_UP_BATCH;
  readonly location: string;
  readonly cursor: WatchCursor;
  readonly #fold: LevelFold;
  readonly #writes = new Mutex();
  readonly #counter: EntryCounter;
  readonly #records: ChecksummedRecordWriter;
  /** The number of commits that the stored count of entries belongs to. */
  readonly #countedCommits: bigint | undefined;
  #position: FoldPosition;
  /** The state before the commit that is being written. */
  #before: LevelSnapshot | undefined;
  #lastWriteFailed = false;

  constructor(fold: LevelFold) {
    const { position, entries } = fold.state;
    this.location = fold.location;
    this.cursor = position.cursor;
    this.#fold = fold;
    this.#position = position;
    this.#records = new ChecksummedRecordWriter(fold.copies);
    this.#counter = new EntryCounter(fold, this.#writes);
    this.#countedCommits = entries === undefined ? undefined : position.commits;
  }

  async commit(updates: readonly KvUpdate[], cursor: WatchCursor): Promise<void> {
    await this.#writes.run(() => this.#write(updates, cursor));
  }

  get(key: string): KvEntry | undefined {
    // It has no UTF-8 form, so no key equals it.
    if (!key.isWellFormed()) return undefined;
    const storedKey = transientEntryKey(key);
    const stored = getBytes(this.#fold.engine, storedKey, this.#before);
    return stored && this.#entryOf(key, storedKey, stored);
  }

  async *rangePages(
    prefix: string,
    options: RangeOptions,
  ): AsyncGenerator<readonly KvEntry[], void, undefined> {
    const bounds = entryBounds(prefix, options);
    for await (const page of readPages(this.#fold.engine, { bounds, limit: options.limit })) {
      yield page.map(([key, stored]) => this.#entryOf(keyOfEntry(key), key, stored));
    }
  }

  async stats(): Promise<SnapshotStats> {
    return { entries: await this.#counter.count(), bytes: await this.#fold.bytes() };
  }

  async checkpoint(directory: string, onSnapshot: () => void): Promise<void> {
    const { engine, config } = this.#fold;
    const snapshot = engine.snapshot();
    const position = this.#position;
    onSnapshot();
    try {
      await writeCheckpoint({ engine, snapshot, position, directory, config });
    } finally {
      await snapshot.close();
    }
  }

  async settle(): Promise<void> {
    const { gte, lt } = WHOLE_DATABASE;
    await this.#fold.engine.compactRange?.(gte, lt, ENCODINGS);
  }

  async close(): Promise<void> {
    // Without it the next open counts before its watch can resume, with the same result.
    await this.#storeCount().catch(() => undefined);
    await this.#counter.close();
    await this.#fold.release();
  }

  mapError(error: unknown, what: string): unknown {
    return levelError(error, what);
  }

  async #write(updates: readonly KvUpdate[], cursor: WatchCursor): Promise<void> {
    const { engine, config } = this.#fold;
    await this.#leaveFailedLog();
    const position = { commits: this.#position.commits + 1n, cursor };
    const batch = engine.batch();
    try {
      await fillBatch(batch, this.#records, {
        updates,
        position,
        isFlushed: config.sync,
        clock: config.clock,
      });
      await this.#commit(batch);
      this.#counter.note(updates);
      this.#position = position;
    } finally {
      await batch.close();
    }
  }

  /** The engine writes on another thread: until the commit is acknowledged, all reads see the state before it. */
  async #commit(batch: LevelBatch): Promise<void> {
    const { engine, config } = this.#fold;
    const before = engine.snapshot();
    this.#before = before;
    try {
      await batch.write({ sync: config.sync });
    } catch (error) {
      this.#lastWriteFailed = true;
      this.#counter.forget();
      throw error;
    } finally {
      this.#before = undefined;
      await before.close();
    }
  }

  /**
   * After a failed write, LevelDB would append to what is left of it in its log, and drop that at the next open,
   * later commits included. A compaction, even of no keys, starts a new log.
   */
  async #leaveFailedLog(): Promise<void> {
    if (!this.#lastWriteFailed) return;
    const { gte, lt } = NO_KEYS;
    await this.#fold.engine.compactRange?.(gte, lt, ENCODINGS);
    this.#lastWriteFailed = false;
  }

  async #storeCount(): Promise<void> {
    const position = this.#position;
    const { commits } = position;
    if (commits === this.#countedCommits || this.#lastWriteFailed) return;
    const operations: LevelOperation[] = [
      { type: 'put', key: ENTRY_COUNT_KEY, value: encodeEntryCount(commits, await this.#counter.count()) },
      { type: 'put', key: POSITION_KEY, value: encodePosition(position, false) },
    ];
    await this.#fold.engine.batch(operations, { ...ENCODINGS, sync: false });
  }

  #entryOf(key: string, storedKey: string | Uint8Array, stored: Uint8Array): KvEntry {
    const entry = readChecksummedRecord(key, { storedKey, stored, isOwned: this.#fold.copies });
    if (entry !== undefined) return entry;
    throw damagedFoldError(`${this.location}: the record of ${JSON.stringify(key)} fails its checksum`);
  }
}
