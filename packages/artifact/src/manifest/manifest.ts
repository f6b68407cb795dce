import type { WatchCursor } from '@slipstream/core';

/** The version of the manifest itself: which fields it has, and how an artifact is laid out. */
export const SCHEMA_VERSION = 1;

/** The manifest's name in an artifact. */
export const MANIFEST_NAME = 'MANIFEST.json';

/** The directory of an artifact's files. */
export const DATA_NAME = 'data';

/** The largest manifest that is read, in bytes: room for some 8,000 files. */
export const MAX_MANIFEST_BYTES: number = 1024 * 1024;

/** What an artifact says of itself. It is written last: an artifact that has one is complete. */
export interface Manifest {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  /** The engine whose files these are, or `portable`. */
  readonly backend: string;
  /** The version of the engine's files. */
  readonly backendVersion: string;
  /** The position that the entries belong to: a watch of an imported fold resumes here. */
  readonly cursor: WatchCursor;
  /** When the export began, in UTC: `2026-01-31T12:00:00.000Z`. */
  readonly createdAt: string;
  /** The bucket that the fold is of. */
  readonly bucket: string;
  /** Live keys. */
  readonly entries: number;
  /** Every file of the artifact but the manifest, in the order of their paths. */
  readonly files: readonly ManifestFile[];
}

/** One file of an artifact. */
export interface ManifestFile {
  /** Relative to the artifact, with slashes, below `data/`. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** SHA-256 of its bytes, 64 lower-case hexadecimal digits. */
  readonly sha256: string;
}
