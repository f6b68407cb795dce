import { type ArtifactOptions, type ArtifactWork, progressReporter } from '../artifact-options.js';
import { nodeFileSystem } from '../file-system/node-file-system.js';

/** What every reader of an artifact can be told. */
export interface ReadOptions extends ArtifactOptions {
  /**
   * An artifact with more bytes is refused, before anything is copied: of all files, and of all entries of a
   * portable one as they are decompressed. @defaultValue 68 719 476 736 (64 GiB)
   */
  readonly maxBytes?: number | undefined;
  /** An artifact with more files is refused, and one with more directories. @defaultValue 10 000 */
  readonly maxFiles?: number | undefined;
}

/** Options of {@link importArtifact}. */
export interface ImportOptions<Config = undefined> extends ReadOptions {
  /** What the backend opens the imported fold with, to verify or fill it. */
  readonly config?: Config | undefined;
}

/** {@link ReadOptions} with every default filled in. */
export interface ResolvedReadOptions extends ArtifactWork {
  readonly maxBytes: number;
  readonly maxFiles: number;
}

// Far above any bucket that fits into a node's memory map, and below what a hostile file could ask for.
const DEFAULT_MAX_BYTES = 64 * 1024 ** 3;
const DEFAULT_MAX_FILES = 10_000;

/** @throws {RangeError} naming the option that makes no sense. */
export function resolveReadOptions(options: ReadOptions, artifact: string): ResolvedReadOptions {
  const { maxBytes = DEFAULT_MAX_BYTES, maxFiles = DEFAULT_MAX_FILES } = options;
  for (const [name, value] of Object.entries({ maxBytes, maxFiles })) {
    if (!(value >= 0)) throw new RangeError(`${name} is ${value}, below 0`);
  }
  return Object.freeze({
    maxBytes,
    maxFiles,
    fileSystem: options.fileSystem ?? nodeFileSystem,
    random: options.random ?? Math.random,
    report: progressReporter(options, `the import of ${artifact}`),
  });
}
