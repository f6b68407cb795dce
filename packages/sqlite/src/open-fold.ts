import { access, constants, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  damagedFold,
  enterFoldDirectory,
  type FoldDirectory,
  systemCode,
} from '@slipstream/artifact/fold-directory';
import Database from 'better-sqlite3';
import { Connector } from './database/connector.js';
import {
  createFold,
  DATABASE_NAME,
  type FoldRow,
  isEmptyDatabase,
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

const FILE_NAMES = ['', '-wal', '-shm', '-journal'].map((suffix) => DATABASE_NAME + suffix);

const kind = {
  backend: SQLITE_BACKEND,
  formatVersion: SQLITE_FORMAT_VERSION,
  isEngineFile: (name: string): boolean => FILE_NAMES.includes(name),
};

/** Takes a directory and opens the fold in it, or begins one. Whatever fails leaves it free. */
export async function openFold(path: string, config: ResolvedSqliteConfig): Promise<OpenFold> {
  const { engine } = config;
  assertFileOfEngine(path, engine);
  const isEngineEmpty = engine && (() => isEmptyDatabase(engine));
  const directory = await enterFoldDirectory(path, kind, { isEngineEmpty });
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

/** Gives up all that was taken to open it, as far as it is not the caller's. */
export function closeFold({ connector, writer, reader, directory }: OpenFold): void {
  try {
    reader.close();
    // The last connection checkpoints what is left of the log, and removes it.
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
