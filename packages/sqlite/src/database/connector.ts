import type { ResolvedSqliteConfig } from '../sqlite-config.js';
import type { SqliteEngine, SqliteEngineClass } from '../sqlite-engine.js';

/** Opens connections to the database of one fold, all with the same settings. */
export class Connector {
  readonly file: string;
  readonly #engineClass: SqliteEngineClass;
  readonly #config: ResolvedSqliteConfig;

  constructor(file: string, engineClass: SqliteEngineClass, config: ResolvedSqliteConfig) {
    this.file = file;
    this.#engineClass = engineClass;
    this.#config = config;
  }

  /** A connection that reads. It sees what is committed, one state per statement or transaction. */
  openReader(): SqliteEngine {
    return this.#prepared(
      new this.#engineClass(this.file, { readonly: true, fileMustExist: true, ...noWait }),
    );
  }

  /** The connection that writes, in WAL mode: created when the file is missing. */
  openWriter(): SqliteEngine {
    const { engine, sync } = this.#config;
    const writer = this.#prepared(engine ?? this.#newWriter());
    try {
      writer.pragma('journal_mode = WAL');
      writer.pragma(`synchronous = ${sync ? 'FULL' : 'NORMAL'}`);
      // The fold checkpoints the log itself, when no reader is in the way.
      writer.pragma('wal_autocheckpoint = 0');
      return writer;
    } catch (error) {
      this.closeWriter(writer);
      throw error;
    }
  }

  /** Closes the connection that writes, unless it is the caller's. */
  closeWriter(writer: SqliteEngine): void {
    if (writer !== this.#config.engine) writer.close();
  }

  #newWriter(): SqliteEngine {
    const writer = new this.#engineClass(this.file, noWait);
    writer.pragma(`cache_size = ${WRITE_CACHE}`);
    return writer;
  }

  #prepared(connection: SqliteEngine): SqliteEngine {
    try {
      for (const pragma of this.#config.pragmas) connection.pragma(pragma);
      return connection;
    } catch (error) {
      this.closeWriter(connection);
      throw error;
    }
  }
}

/**
 * In KiB. Writing in key order seldom returns to a page, and a commit writes everything in the cache at once: with
 * 16 MiB, better-sqlite3's default, it took four times as long (20 ms), and the whole batch no less.
 */
const WRITE_CACHE = -4_000;

// Waiting for a lock blocks the thread, and no connection of the fold waits for another.
const noWait = { timeout: 0 };
