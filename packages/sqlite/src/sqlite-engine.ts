/**
 * A connection of better-sqlite3, as far as the fold uses it, or of a drop-in replacement, such as a build of SQLite
 * with encryption.
 */
export interface SqliteEngine {
  /** The path that it was opened with. */
  readonly name: string;
  readonly inTransaction: boolean;
  prepare(source: string): SqliteStatement;
  pragma(source: string, options?: { readonly simple?: boolean }): unknown;
  exec(source: string): unknown;
  backup(path: string, options: { progress(): number }): Promise<unknown>;
  close(): unknown;
}

/** A prepared statement. */
export interface SqliteStatement {
  run(...parameters: unknown[]): { readonly changes: number };
  get(...parameters: unknown[]): unknown;
  /** Rows as arrays. */
  raw(): this;
  /** The first column instead of rows. */
  pluck(): this;
}

/** What the fold opens connections with. */
export interface SqliteConnectionOptions {
  readonly readonly?: boolean | undefined;
  readonly fileMustExist?: boolean | undefined;
  /** How long SQLite may block the thread for a lock, in milliseconds. */
  readonly timeout?: number | undefined;
}

/** What opens connections: the class of a {@link SqliteEngine}. */
export type SqliteEngineClass = new (path: string, options: SqliteConnectionOptions) => SqliteEngine;
