import { prefixBounds, type RangeOptions, SlipstreamError } from '@slipstream/core';
import type { SqliteEngine, SqliteStatement } from '../sqlite-engine.js';
import type { PageReading, RowPage } from './row-page.js';

/** Rows of the first page; each later one has twice as many, up to the largest. */
const FIRST_PAGE = 32;
const LARGEST_PAGE = 128;

// Bounds may be invalid UTF-8: they are bytes, cast to text without being checked.
const FROM = 'key >= CAST(? AS TEXT)';
const BEFORE = 'key < CAST(? AS TEXT)';

/**
 * Reads a part of the table, on a connection of its own: its transaction holds the state that it reads.
 *
 * A page comes as one row, since returning a row with its columns takes the engine twice as long as finding it. The
 * aggregates have the order of the subquery: SQLite keeps it because of its LIMIT.
 */
export class RangeReader {
  readonly #connection: SqliteEngine;
  readonly #location: string;
  readonly #begin: SqliteStatement;
  readonly #end: SqliteStatement;
  readonly #value: SqliteStatement;
  readonly #pages = new Map<string, SqliteStatement>();
  /** After the last row that was read. */
  #start: Uint8Array = NOTHING;
  #before: Uint8Array | undefined;
  #remaining = 0;
  #pageRows = 0;
  #isStopped = false;

  constructor(connection: SqliteEngine, location: string) {
    this.#connection = connection;
    this.#location = location;
    this.#begin = connection.prepare('BEGIN');
    // Nothing was written, and COMMIT fails after a damaged page was read.
    this.#end = connection.prepare('ROLLBACK');
    this.#value = connection.prepare('SELECT value FROM entries WHERE key = ?').pluck();
  }

  /** Starts to read the rows of a prefix, in key order. */
  begin(prefix: string, { after, limit = Number.POSITIVE_INFINITY }: RangeOptions): void {
    const { start, end } = prefixBounds(prefix, after);
    this.#start = start;
    this.#before = end;
    this.#remaining = limit;
    this.#pageRows = FIRST_PAGE;
    this.#isStopped = false;
    this.#begin.run();
  }

  /** The next rows; `undefined` after the last. */
  next<Result>({ columns, aggregates, pageOf }: PageReading<Result>): RowPage<Result> | undefined {
    this.assertNotStopped();
    const asked = Math.min(this.#pageRows, this.#remaining);
    if (asked === 0) return undefined;
    const bounds = this.#before === undefined ? [this.#start] : [this.#start, this.#before];
    const condition = this.#before === undefined ? FROM : `${FROM} AND ${BEFORE}`;
    const row = this.#select(
      `SELECT count(*), CAST(max(key) AS BLOB), ${aggregates}
       FROM (SELECT ${columns} FROM entries WHERE ${condition} ORDER BY key LIMIT ?)`,
    ).get(...bounds, asked);
    const [count, last, ...values] = row as [number, Uint8Array, ...unknown[]];
    this.#remaining = count < asked ? 0 : this.#remaining - count;
    if (count === 0) return undefined;
    this.#start = Buffer.concat([last, ZERO]);
    this.#pageRows = Math.min(2 * this.#pageRows, LARGEST_PAGE);
    return pageOf(values, (key) => this.#value.get(key));
  }

  /** @throws `LIMIT_EXCEEDED` after {@link stop}. */
  assertNotStopped(): void {
    if (!this.#isStopped) return;
    throw new SlipstreamError(
      'LIMIT_EXCEEDED',
      `${this.#location}: a range stayed open until the write-ahead log reached walLimitBytes`,
      { hint: 'End iterations sooner, read in parts (`after`, `limit`), or raise walLimitBytes.' },
    );
  }

  /** Releases the state that is being read. */
  end(): void {
    if (this.#connection.inTransaction) this.#end.run();
  }

  /** The same, from outside: later reads fail. */
  stop(): void {
    this.#isStopped = true;
    this.end();
  }

  close(): void {
    this.end();
    this.#connection.close();
  }

  #select(source: string): SqliteStatement {
    const prepared = this.#pages.get(source) ?? this.#connection.prepare(source).raw();
    this.#pages.set(source, prepared);
    return prepared;
  }
}

const NOTHING = new Uint8Array(0);
const ZERO = Buffer.of(0);
