import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { getBuiltinModule, platform } from 'node:process';
import type { DatabaseSync } from 'node:sqlite';
import { SlipstreamError } from '@slipstream/core';

/** Locked while the fold is open. Not `lock`: LevelDB has a `LOCK`, the same name where case does not count. */
export const LOCK_NAME = 'fold.lock';

/** How often the file may be replaced while it is being locked before that counts as a failure. */
const ATTEMPTS = 16;

/**
 * Sole possession of a fold directory.
 *
 * It is the kernel's lock on the file `fold.lock`, taken through the SQLite inside Node.js, which is the only way
 * to one from JavaScript: an exclusive transaction on an empty database that is never written. The kernel
 * releases it when the process ends, however it ends, and knows it by the file, so that containers with
 * processes and networks of their own exclude each other on a shared volume. docs/decisions/0003 compares
 * the alternatives.
 *
 * Nothing else in this process may open the file: closing any descriptor of it would drop the lock (POSIX).
 */
export class FoldLock {
  readonly #path: string;
  readonly #identity: string;
  readonly #database: DatabaseSync;

  private constructor(path: string, identity: string, database: DatabaseSync) {
    this.#path = path;
    this.#identity = identity;
    this.#database = database;
  }

  /**
   * Takes the lock, without waiting for it.
   * @throws `LOCKED` when it is held; `INVALID_PATH` when the directory cannot be written;
   * `STORE_FAILED` when the file system has no locks; `UNSUPPORTED` when this Node.js has no SQLite.
   */
  static take(directory: string): FoldLock {
    const path = join(directory, LOCK_NAME);
    const sqlite = loadSqlite(directory);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const before = identityOf(path);
      const database = lockFile(sqlite, path);
      // Releasing the lock removes the file. Locked after that, it is a file that no other process can find: the
      // lock counts only on a file that had the name before and has it still.
      if (before !== undefined && identityOf(path) === before) return new FoldLock(path, before, database);
      database.close();
    }
    throw new SlipstreamError('LOCKED', `${directory}: others keep opening and closing the fold`);
  }

  /** Releases the lock and removes its file. */
  release(): void {
    if (!this.#database.isOpen) return;
    // Windows removes no open file, and so no lock that another process has taken since.
    if (platform === 'win32') this.#database.close();
    removeQuietly(this.#path, this.#identity);
    if (this.#database.isOpen) this.#database.close();
  }
}

type Sqlite = typeof import('node:sqlite');

// Not imported: it is loaded when a fold is opened, and a Node.js without it can say so in our words.
function loadSqlite(directory: string): Sqlite {
  const sqlite = getBuiltinModule('node:sqlite') as Sqlite | undefined;
  if (sqlite !== undefined) return sqlite;
  throw new SlipstreamError('UNSUPPORTED', `${directory} cannot be locked: this runtime has no node:sqlite`, {
    hint: 'Use Node.js 22.15 or later, built with SQLite.',
  });
}

/** Locks the file, which is created when it is missing. */
function lockFile(sqlite: Sqlite, path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new sqlite.DatabaseSync(path);
    // A journal in memory, so that the transaction makes no second file.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    // SQLite takes a shared lock on a file that it may only read, and does not say so until it writes. This
    // changes a page in memory, and the transaction is never committed.
    database.exec('PRAGMA user_version = 0');
    return database;
  } catch (error) {
    database?.close();
    throw lockError(error, path);
  }
}

/** Which file has the name now. Its number may be used again once it is removed, its time of birth is not. */
function identityOf(path: string): string | undefined {
  const file = statSync(path, { bigint: true, throwIfNoEntry: false });
  return file && `${file.dev}:${file.ino}:${file.birthtimeNs}`;
}

/**
 * Removes the file that was locked, and no other: one that was removed by hand and re-created is another process's
 * lock by now. One that stays is taken over by the next open.
 */
function removeQuietly(path: string, identity: string): void {
  try {
    if (identityOf(path) === identity) rmSync(path);
  } catch {
    // A file system that went read-only, or a directory without permission: releasing it matters more.
  }
}

/** What SQLite says, by its primary result code. */
function lockError(error: unknown, path: string): SlipstreamError {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : undefined;
  switch (code) {
    case 5: // SQLITE_BUSY
      return new SlipstreamError('LOCKED', `${path} is held: the fold is open already`, {
        cause: error,
        hint: 'A fold can be open only once. Close the other one, in this process or another (`fuser` names it).',
      });
    case 3: // SQLITE_PERM
    case 8: // SQLITE_READONLY
    case 14: // SQLITE_CANTOPEN
      return new SlipstreamError('INVALID_PATH', `${path} cannot be opened for writing`, {
        cause: error,
        hint: 'The process must be able to read and write the directory and everything in it.',
      });
    case 26: // SQLITE_NOTADB
      return new SlipstreamError('INCOMPATIBLE', `${path} is not the lock of a fold`, {
        cause: error,
        hint: 'Remove the file if nothing else uses the directory.',
      });
    // SQLITE_IOERR and the rest: the disk fails, or its file system has no locks.
    default:
      return new SlipstreamError('STORE_FAILED', `${path} could not be locked: ${String(error)}`, {
        cause: error,
        hint: 'The directory has to be on a file system that supports file locks.',
      });
  }
}
