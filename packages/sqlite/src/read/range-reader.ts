import { type KvEntry, prefixBounds, type RangeOptions, SlipstreamError } from '@slipstream/core';
import type { SqliteEngine, SqliteStatement } from '../sqlite-engine.js';
import { entryOf } from './entry-row.js';

const COLUMNS = 'SELECT key, version, value FROM entries';
// A bound need not be UTF-8: it is bytes, taken as text without a look at them.
const FROM = 'key >= CAST(? AS TEXT)';
const BEFORE = 'key < CAST(? AS TEXT)';

/** Iterates over entries, on a connection of its own: the open statement is what holds the state that it reads. */
export class RangeReader {
  readonly #connection: SqliteEngine;
  readonly #location: string;
  readonly #fromStart: SqliteStatement;
  readonly #between: SqliteStatement;
  #rows: IterableIterator<unknown> | undefined;

  constructor(connection: SqliteEngine, location: string) {
    this.#connection = connection;
    this.#location = location;
    this.#fromStart = connection.prepare(`${COLUMNS} WHERE ${FROM} ORDER BY key LIMIT ?`).raw();
    this.#between = connection.prepare(`${COLUMNS} WHERE ${FROM} AND ${BEFORE} ORDER BY key LIMIT ?`).raw();
  }

  *read(prefix: string, { after, limit }: RangeOptions): Generator<KvEntry, void, undefined> {
    const { start, end } = prefixBounds(prefix, after);
    const most = limit === undefined ? -1 : Math.min(limit, Number.MAX_SAFE_INTEGER);
    const rows =
      end === undefined ? this.#fromStart.iterate(start, most) : this.#between.iterate(start, end, most);
    this.#rows = rows;
    try {
      while (this.#rows === rows) {
        const { done, value: row } = rows.next();
        if (done === true || !Array.isArray(row)) return;
        yield entryOf(row[0], row[1], row[2], this.#location);
      }
      throw new SlipstreamError(
        'LIMIT_EXCEEDED',
        `${this.#location}: a range was open for so many commits that the write-ahead log reached walLimitBytes`,
        { hint: 'End iterations soon, read in parts (`after`, `limit`), or raise walLimitBytes.' },
      );
    } finally {
      this.stop();
    }
  }

  /** Gives up the state that is being read; whoever goes on reading finds that out. */
  stop(): void {
    this.#rows?.return?.();
    this.#rows = undefined;
  }

  close(): void {
    this.stop();
    this.#connection.close();
  }
}
