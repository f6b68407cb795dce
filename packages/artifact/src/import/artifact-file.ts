import { SlipstreamError } from '@slipstream/core';
import { fileSystemError, invalidArtifactError } from '../artifact-errors.js';
import type { ArtifactFileSystem, OpenFile } from '../file-system/artifact-file-system.js';
import { systemCode } from '../file-system/system-errors.js';

/**
 * Opens a file of an artifact for reading. Anything but a regular file is not read, whatever it was a moment ago.
 * @throws `ARTIFACT_INVALID`
 */
export async function openArtifactFile(path: string, fileSystem: ArtifactFileSystem): Promise<OpenFile> {
  // Checked before as well: opening a device can have effects.
  const found = await fileSystem.inspect(path);
  if (found === undefined) throw invalidArtifactError(`${path} is missing`);
  if (found.kind !== 'file') throw invalidArtifactError(`${path} is not a file: ${found.kind}`);
  const file = await fileSystem.open(path, 'read');
  try {
    const opened = await file.status();
    if (opened.kind !== 'file') throw invalidArtifactError(`${path} is not a file: ${opened.kind}`);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** What reading an artifact failed with: an error of ours that names it. */
export function readingError(error: unknown, artifact: string): unknown {
  if (SlipstreamError.is(error, 'ARTIFACT_INVALID')) {
    const { hint, message } = error;
    return new SlipstreamError('ARTIFACT_INVALID', `artifact ${artifact}: ${message}`, {
      hint,
      cause: error,
    });
  }
  switch (systemCode(error)) {
    // What the manifest names is not there, or is something else than a file below directories.
    case 'ENOENT':
    case 'ENOTDIR':
    case 'EISDIR':
    case 'ELOOP':
    case 'ENAMETOOLONG':
    case 'ENXIO':
      return invalidArtifactError(`artifact ${artifact}: ${String(error)}`, error);
    default:
      return fileSystemError(error, `reading the artifact ${artifact}`);
  }
}
