/** The rows of a part of the table, some at once, from the first to the last. */
export interface RowPage<Result> {
  /** What becomes of the next row; `undefined` after the last. */
  next(): Result | undefined;
}

/** What is read of the rows of a page, and what becomes of them. */
export interface PageReading<Result> {
  /** Of each row. Evaluated in the table: what is not wanted of a value is not read. */
  readonly columns: string;
  /** Over all rows of the page, as columns of the one row that it comes as. */
  readonly aggregates: string;
  /** @param longValue - Reads the value of one key, from the same state. */
  pageOf(aggregates: readonly unknown[], longValue: (key: string) => unknown): RowPage<Result>;
}

/** A list of the engine's comes as JSON: one string instead of many. */
export function listOf(json: unknown): readonly unknown[] {
  return JSON.parse(String(json));
}
