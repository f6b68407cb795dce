import { stat } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { damagedFoldError } from '@slipstream/artifact/fold-directory';
import {
  decodeRecord,
  type KvEntry,
  type KvUpdate,
  type RangeOptions,
  type SnapshotCapabilities,
  type SnapshotDriver,
  type SnapshotStats,
  sortUpdates,
  TimeSlice,
  type WatchCursor,
} from '@slipstream/core';
import { CommitDraft } from './commit/commit-draft.js';
import { assertNotPanicked } from './commit/committed.js';
import { UnflushedCommits } from './commit/unflushed-commits.js';
import { writeAtOnce, writeInSlices } from './commit/write-commit.js';
import { findKey } from './keyspace/find-key.js';
import { EMPTY_META } from './keyspace/fold-meta.js';
import { lmdbCapabilities } from './lmdb-capabilities.js';
import { writeCheckpoint } from './lmdb-checkpoint.js';
import { engineError, isPanic } from './lmdb-errors.js';
import type { LmdbFold } from './lmdb-fold.js';
import { LMDB_BACKEND, LMDB_FORMAT_VERSION } from './lmdb-format.js';
import { readMeta } from './open-fold.js';
import { readEntries, readKeys } from './read-range.js';

/**
 * The most that pays: 4,096 have a fifth less throughput, twice as many gain nothing and take a fifth more memory and
 * file. In a fold of half a million entries every update of a commit is in a page of its own anyway.
 */
const CATCH_UP_BATCH = 8_192;

/** Handing over this many updates takes the event loop some 10 ms. */
const AT_ONCE = 16_384;

/** A fold in LMDB: a B+ tree in one file, mapped into memory. */
export class LmdbDriver implements SnapshotDriver {
  readonly backend: string = LMDB_BACKEND;
  readonly formatVersion: string = LMDB_FORMAT_VERSION;
  readonly capabilities: SnapshotCapabilities = lmdbCapabilities;
  readonly catchUpBatch: number = CATCH_UP_BATCH;
  readonly location: string;
  readonly cursor: WatchCursor;
  readonly #fold: LmdbFold;
  readonly #unflushed = new UnflushedCommits();

  constructor(fold: LmdbFold, location: string) {
    this.location = location;
    this.cursor = fold.meta.cursor;
    this.#fold = fold;
  }

  async commit(updates: readonly KvUpdate[], cursor: WatchCursor): Promise<void> {
    const { writer, reader, config } = this.#fold;
    const slice = new TimeSlice(config.clock, setImmediate);
    const sorted = await sortUpdates(updates, slice);
    assertNotPanicked(reader);
    const before = readMeta(reader) ?? EMPTY_META;
    const draft = new CommitDraft(this.#read, before);
    const write =
      reader === writer || sorted.length <= AT_ONCE
        ? () => writeAtOnce(writer, draft, sorted, { cursor, slice })
        : () => writeInSlices(writer, draft, sorted, { cursor, slice });
    if (!config.sync) await this.#unflushed.run(write, () => this.#sees(before.commits + 1));
    else {
      await write();
      await writer.flushed;
    }
    reader.resetReadTxn();
  }

  get(key: string): KvEntry | undefined {
    const engineKey = findKey(key, this.#read);
    const record = engineKey && this.#fold.reader.getBinaryFast(engineKey);
    return record && this.#entryOf(key, record);
  }

  range(prefix: string, options: RangeOptions): IterableIterator<KvEntry, undefined> {
    return readEntries(this.#fold.reader, prefix, options, (key, value) =>
      // A buffer was made by the engine for this read; `undefined` does not decode.
      value === undefined || Buffer.isBuffer(value) ? this.#entryOf(key, value, true) : value,
    );
  }

  keys(prefix: string, options: RangeOptions): IterableIterator<string, undefined> {
    return readKeys(this.#fold.reader, prefix, options);
  }

  async stats(): Promise<SnapshotStats> {
    const { reader, file } = this.#fold;
    // Without an await in between: both from one state.
    const { entryCount } = reader.getStats() as { entryCount: number };
    const { links } = readMeta(reader) ?? EMPTY_META;
    const { size } = await stat(file);
    return { entries: entryCount - links - OWN_RECORDS, bytes: size };
  }

  async checkpoint(directory: string, onSnapshot: () => void): Promise<void> {
    await writeCheckpoint(this.#fold, directory, onSnapshot);
  }

  async close(): Promise<void> {
    await this.#unflushed.settled();
    await this.#fold.close();
  }

  mapError(error: unknown, what: string): unknown {
    return engineError(error, what);
  }

  #sees(commits: number): boolean {
    const { reader } = this.#fold;
    try {
      reader.resetReadTxn();
      return readMeta(reader)?.commits === commits;
    } catch (error) {
      if (isPanic(error)) throw error;
      // Ranges may have taken all reader slots. The engine reports when it has flushed the commit.
      return false;
    }
  }

  readonly #read = (engineKey: Buffer): Buffer | undefined => {
    const record = this.#fold.reader.getBinaryFast(engineKey);
    // The engine sets `length`; the rest of its buffer follows.
    return record?.subarray(0, record.length);
  };

  /** @param isOwned - Whether the engine made the record for this read. */
  #entryOf(key: string, record: Buffer | undefined, isOwned = false): KvEntry {
    const entry = record && decodeRecord(key, record, isOwned);
    if (entry === undefined)
      throw damagedFoldError(`${this.location}: the record of key ${key} does not decode`);
    return entry;
  }
}

/** The fold's own record. */
const OWN_RECORDS = 1;
