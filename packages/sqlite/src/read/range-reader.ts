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
  #isStopped = false;

  constructor(connection: SqliteEngine, location: string) {
    this.#connection = connection;
    this.#location = location;
  }

  /** Begins with the rows of a prefix, in key order, with these columns. */
  begin(columns: string, prefix: string, { after, limit }: RangeOptions): void {
    const { start, end } = prefixBounds(prefix, after);
    const most = limit === undefined ? -1 : Math.min(limit, Number.MAX_SAFE_INTEGER);
    this.#isStopped = false;
    this.#rows =
      end === undefined
        ? this.#select(columns, FROM).iterate(start, most)
        : this.#select(columns, `${FROM} AND ${BEFORE}`).iterate(start, end, most);
  }

  /** The next row; `undefined` after the last. */
  next(): readonly unknown[] | undefined {
    if (this.#isStopped) {
      throw new SlipstreamError(
        'LIMIT_EXCEEDED',
        `${this.#location}: a range was open for so many commits that the write-ahead log reached walLimitBytes`,
        { hint: 'End iterations soon, read in parts (`after`, `limit`), or raise walLimitBytes.' },
      );
    }
    return this.#rows?.next().value as readonly unknown[] | undefined;
  }

  /** Gives up the state that is being read. */
  end(): void {
    this.#rows?.return?.();
    this.#rows = undefined;
  }

  /** The same, from outside: whoever goes on reading finds that out. */
  stop(): void {
    this.#isStopped = true;
    this.end();
  }

  close(): void {
    this.end();
    this.#connection.close();
  }

  #select(columns: string, condition: string): SqliteStatement {
    const source = `SELECT ${columns} FROM entries WHERE ${condition} ORDER BY key LIMIT ?`;
    const prepared = this.#statements.get(source) ?? this.#connection.prepare(source).raw();
    this.#statements.set(source, prepared);
    return prepared;
  }
}
