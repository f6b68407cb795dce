// For applications.

export type { ArtifactOptions, ArtifactProgress, ArtifactStep } from './artifact-options.js';
export { exportArtifact } from './export/export-artifact.js';
export type { ArtifactForm, ExportOptions } from './export/export-options.js';
export type { ExportSource } from './export/export-source.js';
export { importArtifact } from './import/import-artifact.js';
export { importInto, readPortable } from './import/import-into.js';
export type { ImportOptions, ReadOptions } from './import/import-options.js';
export { readManifest } from './import/read-manifest.js';
export type { Manifest, ManifestFile } from './manifest/manifest.js';
export type { PortableCompression } from './portable/portable-format.js';

// For authors of transports and tests.

export type { ArtifactFileSystem, FileStatus, OpenFile } from './file-system/artifact-file-system.js';
export { nodeFileSystem } from './file-system/node-file-system.js';
export { MAX_MANIFEST_BYTES } from './manifest/manifest.js';
export { decodeManifest, encodeManifest } from './manifest/manifest-codec.js';
