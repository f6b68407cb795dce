import { type Clock, type SnapshotBackend, systemClock, waitOrAbort } from '@slipstream/core';
import { type ArtifactOptions, type ArtifactWork, progressReporter } from '../artifact-options.js';
import { nodeFileSystem } from '../file-system/node-file-system.js';
import type { PortableCompression } from '../portable/portable-format.js';

/** What an artifact is made of: the engine's own files, or entries that every engine can import. */
export type ArtifactForm = 'native' | 'portable';

/** Options of {@link exportArtifact}. */
export interface ExportOptions<Config = undefined> extends ArtifactOptions {
  /** The bucket that the fold is of, for the manifest. */
  readonly bucket: string;
  /** @defaultValue `native` when the fold has `checkpoint`, else `portable` */
  readonly form?: ArtifactForm | undefined;
  /** Opens the copy to verify it: the engine of the fold. Needed for the native form. */
  readonly backend?: SnapshotBackend<Config> | undefined;
  /** What {@link backend} opens the copy with. */
  readonly config?: Config | undefined;
  /** Of the portable form. @defaultValue `zstd` */
  readonly compression?: PortableCompression | undefined;
}

/** {@link ExportOptions} with every default filled in. */
export interface ResolvedExportOptions<Config> extends ArtifactWork {
  readonly bucket: string;
  readonly form: ArtifactForm | undefined;
  readonly backend: SnapshotBackend<Config> | undefined;
  readonly config: Config | undefined;
  readonly compression: PortableCompression;
  readonly clock: Clock;
  /** Waits for `promise`, and no longer than the caller does. @throws `ABORTED` */
  orAborted<T>(promise: Promise<T>): Promise<T>;
}

/** @throws {TypeError} naming the option that makes no sense. */
export function resolveExportOptions<Config>(
  options: ExportOptions<Config>,
  destination: string,
): ResolvedExportOptions<Config> {
  const { bucket, form, compression = 'zstd' } = options;
  if (typeof bucket !== 'string' || bucket === '') {
    throw new TypeError(`bucket is a non-empty string, not ${JSON.stringify(bucket)}`);
  }
  if (form !== undefined && form !== 'native' && form !== 'portable') {
    throw new TypeError(`form is native or portable, not ${JSON.stringify(form)}`);
  }
  if (compression !== 'zstd' && compression !== 'none') {
    throw new TypeError(`compression is zstd or none, not ${JSON.stringify(compression)}`);
  }
  const what = `the export to ${destination}`;
  return Object.freeze({
    bucket,
    form,
    backend: options.backend,
    config: options.config,
    compression,
    fileSystem: options.fileSystem ?? nodeFileSystem,
    random: options.random ?? Math.random,
    clock: options.clock ?? systemClock,
    report: progressReporter(options, what),
    orAborted: <T>(promise: Promise<T>) => waitOrAbort(promise, options.signal, what),
  });
}
