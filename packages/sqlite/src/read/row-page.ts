/** Some rows of the table, in order. */
export interface RowPage<Result> {
  /** The result of the next row; `undefined` after the last. */
  next(): Result | undefined;
}

/** What is read from the rows of a page, and how it is decoded. */
export interface PageReading<Result> {
  /** Of each row. Evaluated on the table, so that unwanted parts of a value are not read. */
  readonly columns: string;
  /** Over all rows of the page, as columns of the one row that it comes as. */
  readonly aggregates: string;
  /** @param longValue - Reads the value of one key, from the same state. */
  pageOf(aggregates: readonly unknown[], longValue: (key: string) => unknown): RowPage<Result>;
}

/** Decodes a list of the engine's, which comes as JSON: one string instead of many. */
export function listOf(json: unknown): readonly unknown[] {
  return JSON.parse(String(json));
}
