import { prefixBounds, type RangeOptions, SlipstreamError } from '@slipstream/core';
import type { SqliteEngine, SqliteStatement } from '../sqlite-engine.js';

// A bound need not be UTF-8: it is bytes, taken as text without a look at them.
const FROM = 'key >= CAST(? AS TEXT)';
const BEFORE = 'key < CAST(? AS TEXT)';

/** Iterates over a part of the table, on a connection of its own: the open statement holds the state that it reads. */
export class RangeReader {
  readonly #connection: SqliteEngine;
  readonly #location: string;
  readonly #statements = new Map<string, SqliteStatement>();
  #rows: IterableIterator<unknown> | undefined;

  constructor(connection: SqliteEngine, location: string) {
    this.#connection = connection;
    this.#location = location;
  }

  /** The rows of a prefix, in key order, with these columns. */
  *read(
    columns: string,
    prefix: string,
    { after, limit }: RangeOptions,
  ): Generator<readonly unknown[], void, undefined> {
    const { start, end } = prefixBounds(prefix, after);
    const most = limit === undefined ? -1 : Math.min(limit, Number.MAX_SAFE_INTEGER);
    const rows =
      end === undefined
        ? this.#select(columns, FROM).iterate(start, most)
        : this.#select(columns, `${FROM} AND ${BEFORE}`).iterate(start, end, most);
    this.#rows = rows;
    try {
      while (this.#rows === rows) {
        const { done, value: row } = rows.next();
        if (done === true || !Array.isArray(row)) return;
        yield row;
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

  #select(columns: string, condition: string): SqliteStatement {
    const source = `SELECT ${columns} FROM entries WHERE ${condition} ORDER BY key LIMIT ?`;
    const prepared = this.#statements.get(source) ?? this.#connection.prepare(source).raw();
    this.#statements.set(source, prepared);
    return prepared;
  }
}
