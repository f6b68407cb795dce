import { type Clock, systemClock } from '@slipstream/core';
import type { SqliteEngine } from './sqlite-engine.js';

/** How a SQLite fold is kept. */
export interface SqliteConfig {
  /**
   * Whether a commit has to survive a power loss before `apply` resolves (`PRAGMA synchronous = FULL`: the
   * write-ahead log is flushed at every commit). Without it (`NORMAL`) a power loss may lose the commits since
   * SQLite's last checkpoint of the log, as whole commits from the end; a crash of the process loses none.
   * @defaultValue false
   */
  readonly sync?: boolean | undefined;
  /**
   * How large the write-ahead log may become while an iteration or a copy holds an old state, in bytes. Beyond it,
   * open iterations end with `LIMIT_EXCEEDED`.
   * @defaultValue 1 GiB
   */
  readonly walLimitBytes?: number | undefined;
  /**
   * Set on every connection of the fold before it is used: `{ cache_size: -64_000, mmap_size: 2 ** 30 }`.
   * `page_size` applies when the fold is created. Those that the fold's guarantees depend on are refused:
   * `journal_mode`, `journal_size_limit`, `synchronous`, `locking_mode`, `wal_autocheckpoint`, `query_only`,
   * `read_uncommitted`, `encoding`, `application_id`, `user_version`, `schema_version`, `writable_schema`.
   * @defaultValue none
   */
  readonly pragmas?: Readonly<Record<string, number | string>> | undefined;
  /** For tests. @defaultValue systemClock */
  readonly clock?: Clock | undefined;
}

/** {@link SqliteConfig} with every default filled in, and the caller's connection. */
export interface ResolvedSqliteConfig {
  readonly sync: boolean;
  readonly walLimitBytes: number;
  /** As statements. */
  readonly pragmas: readonly string[];
  readonly engine: SqliteEngine | undefined;
  readonly clock: Clock;
}

const DEFAULT_WAL_LIMIT_BYTES = 1024 ** 3;

const RESERVED = new Set([
  'journal_mode',
  'journal_size_limit',
  'synchronous',
  'locking_mode',
  'wal_autocheckpoint',
  'query_only',
  'read_uncommitted',
  'encoding',
  'application_id',
  'user_version',
  'schema_version',
  'writable_schema',
]);

/** @throws {TypeError} or {RangeError} for an invalid option. */
export function resolveSqliteConfig(config: SqliteConfig, engine?: SqliteEngine): ResolvedSqliteConfig {
  const { walLimitBytes = DEFAULT_WAL_LIMIT_BYTES } = config;
  if (!(walLimitBytes > 0)) throw new RangeError(`walLimitBytes is ${walLimitBytes}, not above 0`);
  return Object.freeze({
    sync: config.sync ?? false,
    walLimitBytes,
    pragmas: Object.freeze(Object.entries(config.pragmas ?? {}).map(pragmaStatement)),
    engine,
    clock: config.clock ?? systemClock,
  });
}

function pragmaStatement([name, value]: [string, number | string]): string {
  if (!/^[a-z_]+$/.test(name))
    throw new RangeError(`pragmas: ${JSON.stringify(name)} is not the name of one`);
  if (RESERVED.has(name)) throw new RangeError(`pragmas.${name} is set by the fold itself`);
  if (typeof value === 'number' && Number.isFinite(value)) return `${name} = ${value}`;
  if (typeof value === 'string') return `${name} = '${value.replaceAll("'", "''")}'`;
  throw new TypeError(`pragmas.${name} is a number or a string, not ${String(value)}`);
}
