import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { compareKeys, SlipstreamError } from '@slipstream/core';
import type { ArtifactWork } from '../artifact-options.js';
import { DATA_NAME, type ManifestFile } from '../manifest/manifest.js';

const CHUNK_BYTES = 1024 * 1024;

/** Every file below the artifact's `data/`, in the order of paths, with what a manifest says of it. */
export async function hashFiles(artifact: string, work: ArtifactWork): Promise<readonly ManifestFile[]> {
  const files: ManifestFile[] = [];
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let hashed = 0;
  for (const path of await filesBelow(artifact, DATA_NAME, work)) {
    const file = await work.fileSystem.open(join(artifact, path), 'read');
    try {
      const hash = createHash('sha256');
      let size = 0;
      for (let count = await file.read(chunk); count > 0; count = await file.read(chunk)) {
        hash.update(chunk.subarray(0, count));
        size += count;
        hashed += count;
        work.report('hashing', hashed);
      }
      files.push({ path, size, sha256: hash.digest('hex') });
    } finally {
      await file.close();
    }
  }
  return files;
}

async function filesBelow(artifact: string, directory: string, work: ArtifactWork): Promise<string[]> {
  const found: string[] = [];
  const names = [...(await work.fileSystem.list(join(artifact, directory)))];
  for (const name of names.sort(compareKeys)) {
    const path = `${directory}/${name}`;
    const status = await work.fileSystem.inspect(join(artifact, path));
    if (status?.kind === 'file') found.push(path);
    else if (status?.kind === 'directory') found.push(...(await filesBelow(artifact, path, work)));
    else {
      throw new SlipstreamError('UNSUPPORTED', `the engine's copy holds ${path}, which is a ${status?.kind}`);
    }
  }
  return found;
}
