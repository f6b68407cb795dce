/** What moves the write-ahead log into the database, as far as nobody reads an older state. */
export interface LogMover {
  /** Resolves when it is done, or could not be: then the log stays as it is, and keeps what is committed. */
  move(): Promise<void>;
  close(): Promise<void>;
}
