import { access, constants, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  damagedFold,
  enterFoldDirectory,
  type FoldDirectory,
  incompatibleFold,
  systemCode,
} from '@slipstream/artifact/fold-directory';
import { SlipstreamError } from '@slipstream/core';
import Database from 'better-sqlite3';
import { Connector } from './database/connector.js';
import {
  createFold,
  DATABASE_NAME,
  type FoldRow,
  isOfSomebodyElse,
  readFold,
  SQLITE_BACKEND,
  SQLITE_FORMAT_VERSION,
} from './database/fold-database.js';
import type { ResolvedSqliteConfig } from './sqlite-config.js';
import type { SqliteEngine, SqliteEngineClass } from './sqlite-engine.js';
import { sqliteError } from './sqlite-errors.js';

/** An open fold: its directory, which nobody else has, and its database. */
export interface OpenFold {
  readonly directory: FoldDirectory;
  readonly connector: Connector;
  readonly writer: SqliteEngine;
  /** For single entries. */
  readonly reader: SqliteEngine;
  /** As it was opened. */
  readonly row: FoldRow;
}

const kind = {
  backend: SQLITE_BACKEND,
  formatVersion: SQLITE_FORMAT_VERSION,
  isEngineFile: (name: string): boolean => name.startsWith(DATABASE_NAME),
};

/** Takes a directory and opens the fold in it, or begins one. Whatever fails leaves it free. */
export async function openFold(path: string, config: ResolvedSqliteConfig): Promise<OpenFold> {
  assertFileOfEngine(path, config.engine);
  const directory = await enterFoldDirectory(path, kind);
  try {
    const file = join(directory.path, DATABASE_NAME);
    const connector = new Connector(file, classOf(config.engine), config);
    if (directory.isComplete) return { ...(await openComplete(directory, connector)), directory, connector };
    return { ...(await begin(directory, connector, config)), directory, connector };
  } catch (error) {
    directory.release();
    throw sqliteError(error, `opening the ${SQLITE_BACKEND} fold ${directory.path}`);
  }
}

/** Gives up all that was taken to open it, as far as it is not the caller's. */
export function closeFold({ connector, writer, reader, directory }: OpenFold): void {
  try {
    reader.close();
    // The last connection moves what is left of the log, and removes it.
    connector.closeWriter(writer);
  } finally {
    directory.release();
  }
}

type Connections = Pick<OpenFold, 'writer' | 'reader' | 'row'>;

/** Looks at the fold before anything is opened that could write, so that a damaged one stays as it is. */
async function openComplete({ path }: FoldDirectory, connector: Connector): Promise<Connections> {
  if (!(await exists(connector.file))) throw damagedFold(`${path}: ${DATABASE_NAME} is missing`);
  // SQLite would open it to read only, and fail each commit.
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

async function begin(
  directory: FoldDirectory,
  connector: Connector,
  { engine }: ResolvedSqliteConfig,
): Promise<Connections> {
  await assertNobodysDatabase(directory, connector, engine);
  // What a creation that was interrupted left; a caller's own connection has the file open.
  if (engine === undefined) {
    for (const suffix of ['', '-wal', '-shm', '-journal']) await rm(connector.file + suffix, { force: true });
  }
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

/** @throws `INCOMPATIBLE` for the database of another program that happens to have the name of a fold's. */
async function assertNobodysDatabase(
  { path }: FoldDirectory,
  connector: Connector,
  engine: SqliteEngine | undefined,
): Promise<void> {
  if (!(await exists(connector.file))) return;
  let connection = engine;
  try {
    connection ??= connector.openReader();
    if (!isOfSomebodyElse(connection)) return;
  } catch (error) {
    // Torn before it was a database. In use, or unreadable, it may be anybody's.
    if (SlipstreamError.is(sqliteError(error, path), 'CORRUPTED')) return;
    throw error;
  } finally {
    if (connection !== engine) connection?.close();
  }
  throw incompatibleFold(
    `${path} is no ${SQLITE_BACKEND} fold: ${DATABASE_NAME} has tables of another program`,
    'Choose an empty directory.',
  );
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
