import { openScratchFold } from '@slipstream/core/testing';
import { expect, test } from 'vitest';
import { exportArtifact, importArtifact, importInto, readManifest, readPortable } from '../src/index.js';
import { fileBackend } from './fixtures/file-fold.js';

// An empty path would be the directory that the process happens to be in.
test.each<[string, (path: string) => Promise<unknown>]>([
  ['exportArtifact', async (path) => exportArtifact(await openScratchFold(), path, { bucket: 'b' })],
  ['importArtifact', (path) => importArtifact(fileBackend, path, '/nowhere/fold')],
  ['importArtifact, to', (path) => importArtifact(fileBackend, '/nowhere/artifact', path)],
  ['importInto', async (path) => importInto(await openScratchFold(), path)],
  ['readManifest', (path) => readManifest(path)],
  ['readPortable', (path) => readPortable(path).next()],
])('%s refuses an empty path, and what is not a path', async (_, work) => {
  await expect(work('')).rejects.toThrow(TypeError);
  await expect(work('')).rejects.toThrow(/^(directory|destination) is a non-empty string, not ""$/);
  await expect(work(undefined as unknown as string)).rejects.toThrow(TypeError);
});
