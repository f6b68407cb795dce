import { resolve } from 'node:path';
import { abortedError, type Clock } from '@slipstream/core';
import type { ArtifactFileSystem } from './file-system/artifact-file-system.js';
import { assertPath } from './file-system/assert-path.js';

/** What an export or an import is doing. Each begins with 0 bytes; they come in this order. */
export type ArtifactStep =
  /** Entries or files are being copied, in an import checked while they are. */
  | 'copying'
  /** The copy is being opened and read back. */
  | 'verifying'
  /** What was written is being hashed (exports only). */
  | 'hashing'
  /** What was made is being flushed and renamed into place. */
  | 'publishing';

/** How far an export or an import is. */
export interface ArtifactProgress {
  readonly step: ArtifactStep;
  /** Bytes dealt with in this step, as they lie in the artifact. */
  readonly bytes: number;
}

/** What exports and imports share. */
export interface ArtifactOptions {
  /** Ends the work at the next opportunity with `ABORTED`; nothing remains. */
  readonly signal?: AbortSignal | undefined;
  /** Called now and then, never more often than once for each block or MiB. What it throws ends the work. */
  readonly onProgress?: ((progress: ArtifactProgress) => void) | undefined;
  /** @defaultValue the machine's own; another one stands in for a disk that fails */
  readonly fileSystem?: ArtifactFileSystem | undefined;
  /** A number from 0 up to 1, for names. @defaultValue `Math.random` */
  readonly random?: (() => number) | undefined;
  /** @defaultValue the machine's clock */
  readonly clock?: Clock | undefined;
}

/** What the parts of an export or an import work with. */
export interface ArtifactWork {
  readonly fileSystem: ArtifactFileSystem;
  readonly random: () => number;
  /** Tells how far the work is. @throws `ABORTED` */
  report(step: ArtifactStep, bytes: number): void;
}

/** Reports to the caller, and asks the signal at the same opportunity. */
export function progressReporter(
  { signal, onProgress }: ArtifactOptions,
  what: string,
): ArtifactWork['report'] {
  return (step, bytes) => {
    onProgress?.({ step, bytes });
    if (signal?.aborted) throw abortedError(signal, what);
  };
}

/**
 * The path of an argument, absolute.
 * @throws {TypeError} when it is empty.
 */
export function absolutePath(path: string, name: string): string {
  assertPath(path, name);
  return resolve(path);
}
