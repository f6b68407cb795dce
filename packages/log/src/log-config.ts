import { type Clock, type SlipstreamError, systemClock } from '@slipstream/core';
import type { LogFileSystem } from './file-system/log-file-system.js';
import { nodeFileSystem } from './file-system/node-file-system.js';

/** How a log fold is kept. */
export interface LogConfig {
  /**
   * Whether a commit has to survive a power loss before `apply` resolves. Without it the last second or so
   * of commits may be lost with the power (never with the process), in whole commits from the end; the watch
   * delivers them again.
   * @defaultValue false
   */
  readonly sync?: boolean | undefined;
  readonly compaction?: CompactionOptions | undefined;
  /** For tests. @defaultValue systemClock */
  readonly clock?: Clock | undefined;
  /** For tests. @defaultValue the machine's own */
  readonly fileSystem?: LogFileSystem | undefined;
}

/** When the log rewrites itself without what has been overwritten, in the background. */
export interface CompactionOptions {
  /** Garbage, as a multiple of what is live, from which a compaction is due. @defaultValue 1 */
  readonly garbageRatio?: number | undefined;
  /** Garbage below which no compaction is due, in bytes. @defaultValue 4 MiB */
  readonly minGarbageBytes?: number | undefined;
  /**
   * Called when a compaction in the background failed: the fold stays as it is, and tries again when the
   * garbage has doubled. @defaultValue ignored
   */
  readonly onFailure?: ((error: SlipstreamError) => void) | undefined;
}

/** {@link LogConfig} with every default filled in. */
export interface ResolvedLogConfig {
  readonly sync: boolean;
  readonly compaction: Readonly<{
    garbageRatio: number;
    minGarbageBytes: number;
    onFailure: (error: SlipstreamError) => void;
  }>;
  readonly clock: Clock;
  readonly fileSystem: LogFileSystem;
}

/** @throws {RangeError} when a number is negative. */
export function resolveLogConfig(config: LogConfig = {}): ResolvedLogConfig {
  const { garbageRatio = 1, minGarbageBytes = 4 * 1024 * 1024 } = config.compaction ?? {};
  if (!(garbageRatio >= 0)) throw new RangeError(`compaction.garbageRatio is ${garbageRatio}, below 0`);
  if (!(minGarbageBytes >= 0)) {
    throw new RangeError(`compaction.minGarbageBytes is ${minGarbageBytes}, below 0`);
  }
  return Object.freeze({
    sync: config.sync ?? false,
    compaction: Object.freeze({
      garbageRatio,
      minGarbageBytes,
      onFailure: config.compaction?.onFailure ?? ignore,
    }),
    clock: config.clock ?? systemClock,
    fileSystem: config.fileSystem ?? nodeFileSystem,
  });
}

function ignore(): void {}
