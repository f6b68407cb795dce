import { access, constants, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  damagedFoldError,
  enterFoldDirectory,
  type FoldDirectory,
  systemCode,
} from '@slipstream/artifact/fold-directory';
import Database from 'better-sqlite3';
import { Connector } from './database/connector.js';
import { createFold, isEmptyDatabase, readFold } from './database/fold-database.js';
import type { ResolvedSqliteConfig } from './sqlite-config.js';
import type { SqliteEngine, SqliteEngineClass } from './sqlite-engine.js';
import { sqliteError } from './sqlite-errors.js';
import type { SqliteFold } from './sqlite-fold.js';
import { DATABASE_NAME, SQLITE_BACKEND, sqliteFoldKind } from './sqlite-format.js';

/** Opens the fold in a directory, or creates one. A failure leaves nothing open. */
export async function openFold(path: string, config: ResolvedSqliteConfig): Promise<SqliteFold> {
  const { engine } = config;
  assertFileOfEngine(path, engine);
  const isEngineEmpty = engine && (() => isEmptyDatabase(engine));
  const directory = await enterFoldDirectory(path, sqliteFoldKind, { isEngineEmpty });
  try {
    const file = join(directory.path, DATABASE_NAME);
    const connector = new Connector(file, classOf(engine), config);
    if (directory.isComplete) return { ...(await openComplete(directory, connector)), directory, connector };
    return { ...(await begin(directory, connector)), directory, connector };
  } catch (error) {
    directory.release();
    throw sqliteError(error, `opening the ${SQLITE_BACKEND} fold ${directory.path}`);
  }
}

type Connections = Pick<SqliteFold, 'writer' | 'reader' | 'row'>;

/** Reads the fold before a connection that could write is opened, so that a damaged one stays as it is. */
async function openComplete({ path }: FoldDirectory, connector: Connector): Promise<Connections> {
  if (!(await exists(connector.file))) throw damagedFoldError(`${path}: ${DATABASE_NAME} is missing`);
  // SQLite would open it read-only, and every commit would fail.
  await access(connector.file, constants.R_OK | constants.W_OK);
  const reader = connector.openReader();
  try {
    const row = readFold(reader, path);
    return { row, reader, writer: connector.openWriter() };
  } catch (error) {
    reader.close();
    throw error;
  }
}

async function begin(directory: FoldDirectory, connector: Connector): Promise<Connections> {
  const writer = connector.openWriter();
  try {
    createFold(writer);
    await directory.complete();
    return { writer, row: readFold(writer, directory.path), reader: connector.openReader() };
  } catch (error) {
    connector.closeWriter(writer);
    throw error;
  }
}

function assertFileOfEngine(path: string, engine: SqliteEngine | undefined): void {
  const file = join(resolve(path), DATABASE_NAME);
  if (engine === undefined || resolve(engine.name) === file) return;
  throw new RangeError(`engine has ${engine.name} open, not ${file}`);
}

function classOf(engine: SqliteEngine | undefined): SqliteEngineClass {
  return engine === undefined ? Database : (engine.constructor as SqliteEngineClass);
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}
