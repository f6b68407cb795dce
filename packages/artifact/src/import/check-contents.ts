import { join } from 'node:path';
import { SlipstreamError, type SnapshotBackend } from '@slipstream/core';
import { invalidArtifactError } from '../artifact-errors.js';
import type { ArtifactFileSystem } from '../file-system/artifact-file-system.js';
import { DATA_NAME, MANIFEST_NAME, type Manifest, type ManifestFile } from '../manifest/manifest.js';
import { PORTABLE_BACKEND, PORTABLE_PATH, PORTABLE_VERSION } from '../portable/portable-format.js';
import type { ResolvedReadOptions } from './import-options.js';

/** Whether the artifact holds entries instead of an engine's files. */
export function isPortable({ backend }: Manifest): boolean {
  return backend === PORTABLE_BACKEND;
}

/** @throws `ARTIFACT_INVALID` when this backend cannot import the artifact. */
export function assertReadableBy(manifest: Manifest, { name, formatVersion }: SnapshotBackend<never>): void {
  if (isPortable(manifest)) {
    assertPortable(manifest);
    return;
  }
  const { backend, backendVersion } = manifest;
  if (backend === name && backendVersion === formatVersion) return;
  const what = `made from a ${backend} ${backendVersion} fold; ${name} ${formatVersion} cannot import it`;
  throw new SlipstreamError('ARTIFACT_INVALID', what, {
    hint: 'Import it with the engine and version that made it, or export the portable form.',
  });
}

/** @throws `ARTIFACT_INVALID` when it is not the one portable file, of the version that this reads. */
export function assertPortable(manifest: Manifest): void {
  const { backend, backendVersion, files } = manifest;
  if (!isPortable(manifest) || backendVersion !== PORTABLE_VERSION) {
    throw invalidArtifactError(
      `made from a ${backend} ${backendVersion} fold, not portable ${PORTABLE_VERSION}`,
    );
  }
  if (files.length !== 1 || files[0]?.path !== PORTABLE_PATH) {
    throw invalidArtifactError(`a portable artifact has the file ${PORTABLE_PATH} and no other`);
  }
}

/** @throws `ARTIFACT_INVALID` when the artifact is larger than the importer allows. */
export function assertWithinLimits({ files }: Manifest, { maxBytes, maxFiles }: ResolvedReadOptions): void {
  if (files.length > maxFiles) throw tooLargeError(`${files.length} files, more than ${maxFiles}`);
  let directories = 0;
  for (const _ of directoriesBelowData(files)) {
    directories += 1;
    if (directories > maxFiles) throw tooLargeError(`more than ${maxFiles} directories`);
  }
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  if (bytes > maxBytes) throw tooLargeError(`${bytes} bytes, more than ${maxBytes}`);
}

/** @throws `ARTIFACT_INVALID` when the artifact holds a link, a device, or anything that it does not declare. */
export async function assertNothingElse(
  artifact: string,
  { files }: Manifest,
  fileSystem: ArtifactFileSystem,
): Promise<void> {
  const declared = new Set([MANIFEST_NAME, ...files.map(({ path }) => path)]);
  const directories = new Set([DATA_NAME, ...directoriesBelowData(files)]);
  const visit = async (below: string): Promise<void> => {
    for (const name of await fileSystem.list(join(artifact, below))) {
      const path = below === '' ? name : `${below}/${name}`;
      const kind = (await fileSystem.inspect(join(artifact, path)))?.kind;
      if (kind === 'directory' && directories.has(path)) await visit(path);
      else if (kind !== 'file' || !declared.has(path)) {
        throw invalidArtifactError(`${path}, ${kind}, is not among the files that it declares`);
      }
    }
  };
  await visit('');
}

/**
 * Every directory below `data` that these files are in, parents first. A manifest has room for half a million.
 */
export function* directoriesBelowData(files: readonly ManifestFile[]): Generator<string, void, undefined> {
  const seen = new Set<string>();
  for (const { path } of files) {
    let end = path.indexOf('/', DATA_NAME.length + 1);
    for (; end > 0; end = path.indexOf('/', end + 1)) {
      const directory = path.slice(0, end);
      if (seen.has(directory)) continue;
      seen.add(directory);
      yield directory;
    }
  }
}

function tooLargeError(what: string): SlipstreamError {
  return new SlipstreamError('ARTIFACT_INVALID', `the artifact has ${what}`, {
    hint: 'If you trust it, raise the limit of the import.',
  });
}
