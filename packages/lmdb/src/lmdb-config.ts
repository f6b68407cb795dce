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
   * Whether a commit has to survive a power loss before `apply` resolves. Without it a power loss (never a crash of
   * the process) may lose the last commits, as whole commits from the end; the watch delivers them again. With it,
   * `apply` waits for the flush; without it, until readers see the commit.
   * @defaultValue false
   */
  readonly sync?: boolean | undefined;
  /**
   * Passed to the engine; other options are refused. Sizes are in bytes; `pageSize` is a power of two from 4096 to
   * 65,536, `mapSize` from 1 MiB to 64 TiB.
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
const MAX_PAGE_BYTES = 65_536;
const MIN_MAP_BYTES = 1024 ** 2;
/** Half of what a process can address. */
const MAX_MAP_BYTES = 64 * 1024 ** 4;

/** What may be in `engineOptions`: the least and the most that each may be, where it is a number. */
const ENGINE_OPTIONS: {
  readonly [Name in keyof Required<LmdbEngineOptions>]: readonly [number, number] | [];
} = {
  compression: [],
  mapSize: [MIN_MAP_BYTES, MAX_MAP_BYTES],
  maxReaders: [1, 1_000_000],
  noMemInit: [],
  pageSize: [MIN_PAGE_BYTES, MAX_PAGE_BYTES],
};

/**
 * The engine checks nothing: a value that it cannot use may crash the process, and an option such as `noSync` may break a
 * guarantee of the fold.
 */
function assertEngineOptions(options: LmdbEngineOptions): void {
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(ENGINE_OPTIONS, name))
      throw new RangeError(`engineOptions.${name} is set by the fold itself`);
    const [min, max] = ENGINE_OPTIONS[name as keyof LmdbEngineOptions];
    if (min === undefined || max === undefined || value === undefined) continue;
    if (Number.isInteger(value) && value >= min && value <= max) continue;
    throw new RangeError(
      `engineOptions.${name} is a whole number from ${min} to ${max}, not ${String(value)}`,
    );
  }
  const { pageSize = MIN_PAGE_BYTES } = options;
  if (!Number.isInteger(Math.log2(pageSize))) {
    throw new RangeError(`engineOptions.pageSize is a power of two, not ${pageSize}`);
  }
}

/** @throws {RangeError} when the engine or the fold cannot use an option. */
export function resolveLmdbConfig(config: LmdbConfig = {}): ResolvedLmdbConfig {
  assertEngineOptions(config.engineOptions ?? {});
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

/** @throws {TypeError} when it is not a database of the `lmdb` package, or not opened with the options a fold needs. */
export function assertEngine(engine: LmdbEngine): void {
  const isDatabase = METHODS.every((method) => typeof Reflect.get(engine, method) === 'function');
  if (!isDatabase) throw new TypeError('engine is not a database of the lmdb package');
  for (const option of ['encoding', 'keyEncoding']) {
    const value = Reflect.get(engine, option);
    if (value !== 'binary')
      throw new TypeError(`engine was opened with ${option} ${String(value)}, not 'binary'`);
  }
}
