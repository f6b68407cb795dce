import { join } from 'node:path';
import type { SnapshotStore } from '@slipstream/core';
import { fileSystemError } from '../artifact-errors.js';
import { absolutePath } from '../artifact-options.js';
import { DATA_NAME, MANIFEST_NAME, type Manifest, SCHEMA_VERSION } from '../manifest/manifest.js';
import { encodeManifest } from '../manifest/manifest-codec.js';
import { Stage } from '../staging/stage.js';
import { syncTree } from '../staging/sync-tree.js';
import { type ExportOptions, type ResolvedExportOptions, resolveExportOptions } from './export-options.js';
import { atRest, type ExportSource, isLive } from './export-source.js';
import type { BegunCopy, FoldCopy } from './fold-copy.js';
import { hashFiles } from './hash-files.js';
import { beginNativeCopy } from './native-copy.js';
import { beginPortableCopy } from './portable-copy.js';

/**
 * Makes an artifact of a fold at `directory`: a copy that can be shipped, imported and resumed from.
 *
 * A watch or replica is held up only until the copy has its snapshot, between two flushes; applies continue while it
 * is written. The copy is opened and read back, hashed, and flushed; `MANIFEST.json` is written
 * last; then all of it gets its name at once. An artifact that exists is complete: a crash at any step leaves
 * nothing at `directory`, and what it leaves beside it is removed by the next export or import there.
 *
 * @returns The manifest. Its cursor is where the watch stood, or the fold.
 * @throws `ALREADY_EXISTS` when something is at `directory`. `INVALID_PATH` when its parent is missing or
 * cannot be written. `UNSUPPORTED` when the fold has no files for the native form, the runtime no zstd, or
 * when a fold given by itself was applied to. `CLOSED` when the fold or the watch was closed, and what a watch
 * has failed with. `STORE_FAILED` when the disk fails. `ABORTED`. {@link TypeError} for arguments that make no
 * sense.
 */
export async function exportArtifact<Config = undefined>(
  source: ExportSource,
  directory: string,
  options: ExportOptions<Config>,
): Promise<Manifest> {
  const destination = absolutePath(directory, 'directory');
  const work = resolveExportOptions(options, destination);
  const createdAt = new Date(work.clock.now()).toISOString();
  work.report('copying', 0);
  await using stage = await Stage.open(destination, work);
  try {
    const copy = await copyFold(source, join(stage.path, DATA_NAME), work);
    work.report('hashing', 0);
    const manifest: Manifest = {
      schemaVersion: SCHEMA_VERSION,
      backend: copy.backend,
      backendVersion: copy.backendVersion,
      cursor: copy.cursor,
      createdAt,
      bucket: work.bucket,
      entries: copy.entries,
      files: await hashFiles(stage.path, work),
    };
    work.report('publishing', 0);
    await writeManifest(manifest, stage.path, work);
    await stage.publish();
    return manifest;
  } catch (error) {
    throw fileSystemError(error, `the export to ${destination}`);
  }
}

async function copyFold<Config>(
  source: ExportSource,
  data: string,
  work: ResolvedExportOptions<Config>,
): Promise<FoldCopy> {
  await work.fileSystem.makeDirectory(data);
  const begin = async (store: SnapshotStore): Promise<BegunCopy> => {
    const form = work.form ?? (store.checkpoint === undefined ? 'portable' : 'native');
    return form === 'native'
      ? beginNativeCopy(store, data, work)
      : beginPortableCopy(store, data, work, isLive(source));
  };
  const begun = await atRest(source, begin, work);
  return begun.finish();
}

/** Written last: an artifact without it is not finished. */
async function writeManifest(
  manifest: Manifest,
  artifact: string,
  { fileSystem }: ResolvedExportOptions<unknown>,
): Promise<void> {
  await syncTree(join(artifact, DATA_NAME), fileSystem);
  const file = await fileSystem.create(join(artifact, MANIFEST_NAME));
  try {
    await file.write(encodeManifest(manifest));
    await file.synchronize();
  } finally {
    await file.close();
  }
  await fileSystem.syncDirectory(artifact);
}
