import type { KvUpdate } from '@slipstream/core';
import { invalidArtifactError } from '../artifact-errors.js';
import type { Manifest, ManifestFile } from '../manifest/manifest.js';
import type { ByteSource } from '../portable/byte-streams.js';
import { readEntries } from '../portable/read-entries.js';
import { readingError } from './artifact-file.js';
import { assertPortable } from './check-contents.js';
import type { ResolvedReadOptions } from './import-options.js';
import { VerifiedFile } from './verified-file.js';

/**
 * The entries of a portable artifact, as updates for a fold, block by block. That the artifact is whole is
 * known when the iteration has ended without an error, and not before.
 * @throws `ARTIFACT_INVALID`
 */
export async function* portableEntries(
  artifact: string,
  manifest: Manifest,
  work: ResolvedReadOptions,
): AsyncGenerator<readonly KvUpdate[], void, undefined> {
  try {
    assertPortable(manifest);
    yield* verifiedEntries(artifact, manifest, manifest.files[0] as ManifestFile, work);
  } catch (error) {
    throw readingError(error, artifact);
  }
}

async function* verifiedEntries(
  artifact: string,
  manifest: Manifest,
  declared: ManifestFile,
  { fileSystem, maxBytes, report }: ResolvedReadOptions,
): AsyncGenerator<readonly KvUpdate[], void, undefined> {
  await using file = await VerifiedFile.open(artifact, declared, fileSystem);
  let bytes = 0;
  const source: ByteSource = {
    async read(target) {
      const count = await file.read(target);
      bytes += count;
      report('copying', bytes);
      return count;
    },
  };
  const { entries, cursor } = yield* readEntries(source, { fileBytes: declared.size, maxBytes });
  file.verify();
  if (String(cursor) !== String(manifest.cursor)) {
    throw invalidArtifactError(`${declared.path} is at ${cursor}, and the manifest says ${manifest.cursor}`);
  }
  if (entries !== manifest.entries) {
    throw invalidArtifactError(`${declared.path} holds ${entries} entries, not ${manifest.entries}`);
  }
}
