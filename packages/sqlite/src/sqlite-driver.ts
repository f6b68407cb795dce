import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setImmediate } from 'node:timers/promises';
import {
  type Clock,
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
import { entryPages } from './read/entry-page.js';
import { keyPages } from './read/key-page.js';
import { PointReader } from './read/point-reader.js';
import { RangeReader } from './read/range-reader.js';
import { RangeReaders } from './read/range-readers.js';
import type { PageReading } from './read/row-page.js';
import { TableRange } from './read/table-range.js';
import { sqliteCapabilities } from './sqlite-capabilities.js';
import { writeCheckpoint } from './sqlite-checkpoint.js';
import type { ResolvedSqliteConfig } from './sqlite-config.js';
import { sqliteError } from './sqlite-errors.js';
import { closeFold, type SqliteFold } from './sqlite-fold.js';
import { SQLITE_BACKEND, SQLITE_FORMAT_VERSION } from './sqlite-format.js';
import { InlineWalCheckpointer } from './write/inline-wal-checkpointer.js';
import { ThreadedWalCheckpointer } from './write/threaded-wal-checkpointer.js';
import { Transaction } from './write/transaction.js';
import type { WalCheckpointer } from './write/wal-checkpointer.js';
import { WriteAheadLog } from './write/write-ahead-log.js';

/**
 * In key order, this many entries share pages, flushes and checkpoints of the log: two to three times the throughput of
 * 1,024 in any order. Twice as many gain half as much again, for as much more memory.
 */
const CATCH_UP_BATCH = 16_384;

/** A fold in a SQLite database: one connection writes, others read what is committed. */
export class SqliteDriver implements SnapshotDriver {
  readonly backend: string = SQLITE_BACKEND;
  readonly formatVersion: string = SQLITE_FORMAT_VERSION;
  readonly capabilities: SnapshotCapabilities = sqliteCapabilities;
  readonly catchUpBatch: number = CATCH_UP_BATCH;
  readonly location: string;
  readonly cursor: WatchCursor;
  readonly #fold: SqliteFold;
  readonly #clock: Clock;
  readonly #transaction: Transaction;
  readonly #log: WriteAheadLog;
  readonly #points: PointReader;
  readonly #ranges: RangeReaders;
  readonly #entryPages: PageReading<KvEntry>;

  constructor(fold: SqliteFold, config: ResolvedSqliteConfig) {
    const { connector, writer, reader, row, directory } = fold;
    this.location = directory.path;
    this.cursor = row.cursor;
    this.#fold = fold;
    this.#clock = config.clock;
    this.#transaction = new Transaction(writer, row, config.clock);
    this.#log = new WriteAheadLog(writer, walCheckpointer(fold, config), config.walLimitBytes);
    this.#points = new PointReader(reader, this.location);
    this.#entryPages = entryPages(this.location);
    this.#ranges = new RangeReaders(() => new RangeReader(connector.openReader(), this.location));
  }

  async commit(updates: readonly KvUpdate[], cursor: WatchCursor): Promise<void> {
    // Beside a checkpoint of the log that may still be running.
    const sorted = await sortUpdates(updates, new TimeSlice(this.#clock, setImmediate));
    await this.#log.idle();
    // Readers of older states keep SQLite from restarting the log.
    this.#points.release();
    if (this.#log.endsIterations()) this.#ranges.stop();
    await this.#transaction.run(sorted, cursor);
    this.#points.release();
    this.#log.checkpointIfDue();
  }

  get(key: string): KvEntry | undefined {
    return this.#points.get(key);
  }

  range(prefix: string, options: RangeOptions): IterableIterator<KvEntry, undefined> {
    return new TableRange(this.#ranges, { prefix, options, pages: this.#entryPages });
  }

  keys(prefix: string, options: RangeOptions): IterableIterator<string, undefined> {
    return new TableRange(this.#ranges, { prefix, options, pages: keyPages });
  }

  stats(): SnapshotStats {
    const { file } = this.#fold.connector;
    const bytes = sizeOf(file) + sizeOf(`${file}-wal`) + sizeOf(`${file}-shm`);
    return { entries: this.#transaction.entries, bytes };
  }

  async checkpoint(directory: string, onSnapshot: () => void): Promise<void> {
    const reader = this.#fold.connector.openReader();
    try {
      await writeCheckpoint(reader, directory, onSnapshot);
    } finally {
      reader.close();
    }
  }

  async settle(): Promise<void> {
    await this.#log.idle();
    this.#points.release();
    await this.#log.checkpoint();
  }

  async close(): Promise<void> {
    try {
      await this.#log.close();
      this.#ranges.close();
    } finally {
      closeFold(this.#fold);
    }
  }

  mapError(error: unknown, what: string): unknown {
    return sqliteError(error, what);
  }
}

/** Inline when a thread cannot load the engine: it is the caller's, or part of a bundle. */
function walCheckpointer(
  { connector, writer }: SqliteFold,
  { engine, pragmas }: ResolvedSqliteConfig,
): WalCheckpointer {
  const onWriter = new InlineWalCheckpointer(writer);
  const engineModule = engine === undefined ? findEngineModule() : undefined;
  if (engineModule === undefined) return onWriter;
  return new ThreadedWalCheckpointer({ file: connector.file, engineModule, pragmas, fallback: onWriter });
}

function findEngineModule(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve('better-sqlite3');
  } catch {
    return undefined;
  }
}

/** Without opening the file: closing it would drop the locks that SQLite has on it (POSIX). */
function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
