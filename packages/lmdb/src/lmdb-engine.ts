import type { KvEntry } from '@slipstream/core';

/** A range of the engine's keys, which are byte strings, as are its values. */
export interface LmdbRange {
  readonly start: Uint8Array;
  /** Exclusive. */
  readonly end: Uint8Array;
  readonly transaction: LmdbReadTransaction;
}

/** A record under a key. Handles that the fold opened may read text instead of bytes, and entries: see `entryCodec`. */
export interface LmdbItem {
  readonly key: Buffer | string;
  /** `undefined`: it does not decode. */
  readonly value: Buffer | KvEntry | undefined;
}

/** Holds one state of the database until `done`. */
export interface LmdbReadTransaction {
  done(): void;
}

/**
 * What is used of the `lmdb` package's root database, opened with `encoding: 'binary'`,
 * `keyEncoding: 'binary'` and `noSubdir: true`. See its documentation for the methods.
 */
export interface LmdbEngine {
  readonly path: string;
  put(key: Uint8Array, value: Uint8Array): unknown;
  remove(key: Uint8Array): unknown;
  batch(action: () => void): PromiseLike<unknown>;
  childTransaction(action: () => Promise<void>): PromiseLike<unknown>;
  /** Resolves when what was committed survives a power loss; never after a failed commit (lmdb 3.5.6). */
  readonly flushed: PromiseLike<unknown>;
  /** Flushes what was committed; waits for the flush of a commit that is in progress. */
  sync(callback: (error?: Error) => void): unknown;
  /** A view of the engine's memory, until the next read. Its `length` is right; its array buffer is longer. */
  getBinaryFast(key: Uint8Array, options?: { readonly transaction: LmdbReadTransaction }): Buffer | undefined;
  getRange(range: LmdbRange): Iterable<LmdbItem>;
  getKeys(range: LmdbRange): Iterable<Buffer | string>;
  useReadTransaction(): LmdbReadTransaction;
  /** Reads of this event turn see what was committed until now. */
  resetReadTxn(): void;
  getStats(): object;
  /** Copies the database into a file, from one state of it. */
  backup(path: string, compact: boolean): Promise<void>;
  close(): Promise<void>;
}
