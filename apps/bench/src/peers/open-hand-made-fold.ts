import type { DiskEngine } from '../ours/fold-engine.js';
import { HAND_BATCH, type HandMadeFold } from './hand-made-fold.js';

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
