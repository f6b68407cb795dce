/**
 * Checkpoints the write-ahead log (SQLite's word: copies its pages into the database), as far as no reader holds an
 * older state. Not to be confused with the checkpoint of a fold, which is a copy of it.
 */
export interface WalCheckpointer {
  /** Resolves when it is done, or could not be: then the log stays as it is, and keeps what is committed. */
  checkpoint(): Promise<void>;
  close(): Promise<void>;
}
