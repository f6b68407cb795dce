import { type Clock, systemClock } from '@slipstream/core';
import type { LmdbEngine } from './lmdb-engine.js';

/**
 * The engine's own options that leave the guarantees of a fold as they are, under its names. Declared here: the
 * engine's declarations do not compile for ES modules.
 */
export interface LmdbEngineOptions {
  readonly compression?: boolean | { readonly threshold?: number; readonly dictionary?: Buffer };
  /** Address space for the memory map, in bytes; it grows by itself. @defaultValue 64 GiB, except on Windows */
  readonly mapSize?: number;
  readonly maxReaders?: number;
  readonly noMemInit?: boolean;
  /** In bytes. */
  readonly pageSize?: number;
}

/** How an LMDB fold is kept. */
export interface LmdbConfig {
  /**
   * Whether a commit has to survive a power loss before `apply` resolves. Without it the last commits may be
   * lost with the power (never with the process), in whole commits from the end; the watch delivers them
   * again. With it, `apply` waits for the flush; without, until readers see the commit.
   * @defaultValue false
   */
  readonly sync?: boolean | undefined;
  /**
   * Passed to the engine. Sizes are in bytes; `pageSize` is 4096 at least.
   * @defaultValue the engine's own
   */
  readonly engineOptions?: LmdbEngineOptions | undefined;
  /** For tests. @defaultValue systemClock */
  readonly clock?: Clock | undefined;
}

/** {@link LmdbConfig} with every default filled in. */
export interface ResolvedLmdbConfig {
  readonly sync: boolean;
  readonly engineOptions: LmdbEngineOptions;
  readonly clock: Clock;
}

/** LMDB halves the longest key with the page, and the fold needs keys of a thousand bytes. */
const MIN_PAGE_BYTES = 4096;

/** @throws {RangeError} when the page size is too small. */
export function resolveLmdbConfig(config: LmdbConfig = {}): ResolvedLmdbConfig {
  const { pageSize = MIN_PAGE_BYTES } = config.engineOptions ?? {};
  if (!(pageSize >= MIN_PAGE_BYTES)) {
    throw new RangeError(`engineOptions.pageSize is ${pageSize}, below ${MIN_PAGE_BYTES}`);
  }
  return Object.freeze({
    sync: config.sync ?? false,
    engineOptions: Object.freeze({ ...config.engineOptions }),
    clock: config.clock ?? systemClock,
  });
}

const METHODS = [
  'put',
  'remove',
  'batch',
  'childTransaction',
  'getBinaryFast',
  'getRange',
  'getKeys',
  'useReadTransaction',
  'resetReadTxn',
  'getStats',
  'sync',
  'backup',
] as const;

/** @throws {TypeError} when it is no database of the `lmdb` package, or opened in another way than a fold needs. */
export function assertEngine(engine: LmdbEngine): void {
  const isDatabase = METHODS.every((method) => typeof Reflect.get(engine, method) === 'function');
  if (!isDatabase) throw new TypeError('engine is no database of the lmdb package');
  for (const option of ['encoding', 'keyEncoding']) {
    const value = Reflect.get(engine, option);
    if (value !== 'binary')
      throw new TypeError(`engine was opened with ${option} ${String(value)}, not 'binary'`);
  }
}
