import type { DiskEngine } from '../ours/fold-engine.js';

/** What an entry of `kv.watch()` says, as far as a fold needs it. */
export interface HandUpdate {
  readonly key: string;
  readonly value: Uint8Array;
  readonly revision: number;
  readonly operation: 'PUT' | 'DEL' | 'PURGE';
}

/** What a good engineer writes around an engine when nothing else is at hand. */
export interface HandMadeFold {
  /** Writes the updates and the last revision in one commit. */
  write(updates: readonly HandUpdate[]): void | Promise<void>;
  /** How many entries there are. Reads them all if it has to: it is asked when nothing is measured. */
  count(): number | Promise<number>;
  /** The value of a key. */
  get(key: string): Uint8Array | undefined;
  /** Reads every key and value under a prefix; returns how many. */
  range(prefix: string): number | Promise<number>;
  close(): void | Promise<void>;
}

/** Updates per commit: what the defaults of such programs come to. */
export const HAND_BATCH = 1_024;

/** Opens the hand-made fold on an engine, and loads no other. */
export async function openHandMadeFold(engine: DiskEngine, directory: string): Promise<HandMadeFold> {
  switch (engine) {
    case 'log':
      return (await import('./file-by-hand.js')).openFile(directory);
    case 'level':
      return (await import('./level-by-hand.js')).openLevel(directory);
    case 'lmdb':
      return (await import('./lmdb-by-hand.js')).openLmdb(directory);
    case 'sqlite':
      return (await import('./sqlite-by-hand.js')).openSqlite(directory);
  }
}

/** How the engines are opened: as the folds open them, with the same durability. */
export const HAND_MADE_OPTIONS: Readonly<Record<DiskEngine, string>> = Object.freeze({
  log: `records appended to a file, an index in a Map; 1 write per ${HAND_BATCH}, fdatasync once a second`,
  level: `classic-level, batch() of ${HAND_BATCH}, sync: false`,
  lmdb: `lmdb, batch() of ${HAND_BATCH}, its defaults, not waiting for flushed`,
  sqlite: `better-sqlite3, transactions of ${HAND_BATCH}, journal_mode WAL, synchronous NORMAL`,
});
