import { join } from 'node:path';
import { SlipstreamError } from '@slipstream/core';
import { invalidArtifactError } from '../artifact-errors.js';
import { absolutePath } from '../artifact-options.js';
import type { ArtifactFileSystem, OpenFile } from '../file-system/artifact-file-system.js';
import { nodeFileSystem } from '../file-system/node-file-system.js';
import { MANIFEST_NAME, MAX_MANIFEST_BYTES, type Manifest } from '../manifest/manifest.js';
import { decodeManifest } from '../manifest/manifest-codec.js';
import { readFully } from '../portable/byte-streams.js';
import { openArtifactFile, readingError } from './artifact-file.js';

/**
 * What an artifact says of itself. Only the manifest is read: whether the files are as it says, the import
 * finds out.
 * @throws `NOT_FOUND` when there is no such directory; `ARTIFACT_INVALID` when it has no manifest that keeps
 * the rules.
 */
export async function readManifest(
  directory: string,
  options: { readonly fileSystem?: ArtifactFileSystem | undefined } = {},
): Promise<Manifest> {
  const artifact = absolutePath(directory, 'directory');
  const { fileSystem = nodeFileSystem } = options;
  try {
    if ((await fileSystem.inspect(artifact)) === undefined) {
      throw new SlipstreamError('NOT_FOUND', `there is no artifact ${artifact}`);
    }
    const file = await openArtifactFile(join(artifact, MANIFEST_NAME), fileSystem);
    try {
      return decodeManifest(await readAll(file));
    } finally {
      await file.close();
    }
  } catch (error) {
    throw readingError(error, artifact);
  }
}

async function readAll(file: OpenFile): Promise<Uint8Array> {
  const { size } = await file.status();
  if (size > MAX_MANIFEST_BYTES) {
    throw invalidArtifactError(`${MANIFEST_NAME} has ${size} bytes, more than ${MAX_MANIFEST_BYTES}`);
  }
  // One more than it said, to notice when it grows.
  const bytes = new Uint8Array(size + 1);
  return bytes.subarray(0, await readFully(file, bytes));
}
