import type { FoldKind } from '@slipstream/artifact/fold-directory';

/** The engine's name, as artifacts carry it. */
export const LMDB_BACKEND = 'lmdb';

/** LMDB's data format (its version 2, of `lmdb` 3) with the layout of keys and records of this package. */
export const LMDB_FORMAT_VERSION = '2';

/** The database. */
export const DATA_NAME = 'fold.mdb';

/** The engine's table of readers, which it re-creates. */
const READERS_NAME = 'fold.mdb-lock';

/** What distinguishes an LMDB fold from other directories. */
export const lmdbFoldKind: FoldKind = Object.freeze({
  backend: LMDB_BACKEND,
  formatVersion: LMDB_FORMAT_VERSION,
  isEngineFile: (name: string) => name === DATA_NAME || name === READERS_NAME,
});
