import type { FoldKind } from '@slipstream/artifact/fold-directory';

/** The engine's name, as artifacts carry it. */
export const SQLITE_BACKEND = 'sqlite';

/** The version of the tables, which the database has as its `user_version`. */
export const SQLITE_FORMAT_VERSION = '1';

/** The database, in the directory of the fold; SQLite puts `-wal` and `-shm` beside it. */
export const DATABASE_NAME = 'fold.sqlite';

const FILE_NAMES: readonly string[] = ['', '-wal', '-shm', '-journal'].map(
  (suffix) => DATABASE_NAME + suffix,
);

/** What distinguishes a SQLite fold from other directories. */
export const sqliteFoldKind: FoldKind = Object.freeze({
  backend: SQLITE_BACKEND,
  formatVersion: SQLITE_FORMAT_VERSION,
  isEngineFile: (name: string) => FILE_NAMES.includes(name),
});
