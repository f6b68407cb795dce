import { type Clock, systemClock } from '@slipstream/core';
import type { OpenOptions } from 'classic-level';

/** LevelDB's own switches, passed on as they are; their defaults are classic-level's. */
export type LevelEngineOptions = Pick<
  OpenOptions,
  | 'blockRestartInterval'
  | 'blockSize'
  | 'cacheSize'
  | 'compression'
  | 'maxFileSize'
  | 'maxOpenFiles'
  | 'writeBufferSize'
>;

/** How a LevelDB fold is kept. */
export interface LevelConfig {
  /**
   * Whether a commit has to survive a power loss before `apply` resolves: LevelDB flushes its log with every
   * commit (`sync` of its writes). Without it a power loss may lose the last commits, as whole commits from the
   * end, back to the last table that LevelDB wrote (every `writeBufferSize` of changes); a crash of the process
   * loses none.
   * @defaultValue false
   */
  readonly sync?: boolean | undefined;
  /** @defaultValue classic-level's */
  readonly engineOptions?: LevelEngineOptions | undefined;
  /** For tests. @defaultValue systemClock */
  readonly clock?: Clock | undefined;
}

/** {@link LevelConfig} with every default filled in. */
export interface ResolvedLevelConfig {
  readonly sync: boolean;
  readonly engineOptions: LevelEngineOptions;
  readonly clock: Clock;
}

/** @throws {TypeError} for an option of the wrong type, or one that the fold sets itself. */
export function resolveLevelConfig({
  sync = false,
  engineOptions = {},
  clock = systemClock,
}: LevelConfig = {}): ResolvedLevelConfig {
  if (typeof sync !== 'boolean') throw new TypeError(`sync is true or false, not ${String(sync)}`);
  const own = Object.keys(engineOptions).filter((name) => !PASSED_ON.has(name));
  if (own.length > 0) throw new TypeError(`engineOptions.${own[0]} is not an option of a fold's engine`);
  return Object.freeze({ sync, engineOptions: Object.freeze({ ...engineOptions }), clock });
}

// The others would change what a fold is: encodings, `createIfMissing`, `multithreading` (it lifts the
// rule that a database is opened once).
const PASSED_ON: ReadonlySet<string> = new Set<keyof LevelEngineOptions>([
  'blockRestartInterval',
  'blockSize',
  'cacheSize',
  'compression',
  'maxFileSize',
  'maxOpenFiles',
  'writeBufferSize',
]);
