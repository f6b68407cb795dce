import {
  SlipstreamError,
  type SnapshotBackend,
  type SnapshotStore,
  type WatchCursor,
} from '@slipstream/core';
import { fileSystemError, invalidArtifactError, refusedByEngineError } from '../artifact-errors.js';
import { absolutePath } from '../artifact-options.js';
import type { Manifest } from '../manifest/manifest.js';
import { Stage } from '../staging/stage.js';
import { syncTree } from '../staging/sync-tree.js';
import { withFold } from '../staging/with-fold.js';
import { readingError } from './artifact-file.js';
import { assertNothingElse, assertReadableBy, assertWithinLimits, isPortable } from './check-contents.js';
import { copyFiles } from './copy-files.js';
import { fillFold } from './fill-fold.js';
import { type ImportOptions, type ResolvedReadOptions, resolveReadOptions } from './import-options.js';
import { portableEntries } from './portable-entries.js';
import { readManifest } from './read-manifest.js';

/**
 * Makes a fold at `destination` of the artifact in `directory`: its own engine's files, or the portable form.
 *
 * Trusts nothing: the manifest's rules, its paths, limits, sizes and hashes are checked before or while
 * anything is copied, into a stage beside the destination; the engine has to open what was copied, and to find
 * in it the cursor and the number of entries that the manifest declares; then it appears by one rename. A bad
 * artifact never becomes a fold, and a crash at any step leaves nothing at `destination`.
 *
 * @returns The manifest: open the fold with `backend.open(destination)`, and a watch resumes at its cursor.
 * @throws `ARTIFACT_INVALID` when a rule is broken or the engine is another. `NOT_FOUND` when there is no
 * artifact. `ALREADY_EXISTS` when something is at the destination. `INVALID_PATH` when its parent is missing
 * or cannot be written. `UNSUPPORTED` when this runtime has no zstd, or the
 * engine's folds are not durable. `STORE_FAILED` when the disk fails.
 * `ABORTED`. {@link RangeError} for limits that make no sense, {@link TypeError} for an empty path.
 */
export async function importArtifact<Config = undefined>(
  backend: SnapshotBackend<Config>,
  directory: string,
  destination: string,
  options: ImportOptions<Config> = {},
): Promise<Manifest> {
  const artifact = absolutePath(directory, 'directory');
  const target = absolutePath(destination, 'destination');
  const work = resolveReadOptions(options, artifact);
  work.report('copying', 0);
  await using stage = await Stage.open(target, work);
  try {
    const manifest = await readManifest(artifact, work);
    const job = { artifact, manifest, backend, config: options.config, stage: stage.path, work };
    await checkBeforeCopying(job);
    if (!isPortable(manifest)) await copyChecked(job);
    await fillAndVerify(job);
    work.report('publishing', 0);
    await syncTree(stage.path, work.fileSystem);
    await stage.publish();
    return manifest;
  } catch (error) {
    throw fileSystemError(error, `the import into ${target}`);
  }
}

/** An import whose manifest has been read. */
interface ImportJob<Config> {
  readonly artifact: string;
  readonly manifest: Manifest;
  readonly backend: SnapshotBackend<Config>;
  readonly config: Config | undefined;
  /** The directory that becomes the fold. */
  readonly stage: string;
  readonly work: ResolvedReadOptions;
}

/** Everything that can be known before anything is copied. */
async function checkBeforeCopying<Config>(job: ImportJob<Config>): Promise<void> {
  const { artifact, manifest, work } = job;
  try {
    assertReadableBy(manifest, job.backend);
    assertWithinLimits(manifest, work);
    await assertNothingElse(artifact, manifest, work.fileSystem);
  } catch (error) {
    throw readingError(error, artifact);
  }
}

async function copyChecked<Config>({ artifact, manifest, stage, work }: ImportJob<Config>): Promise<void> {
  try {
    await copyFiles(artifact, manifest, stage, work);
  } catch (error) {
    throw readingError(error, artifact);
  }
}

/** Opens what is to become the fold, fills it from the portable form, and compares it with the manifest. */
async function fillAndVerify<Config>(job: ImportJob<Config>): Promise<void> {
  const { artifact, manifest, work } = job;
  try {
    await withFold(job.backend, job.stage, job.config, async (store) => {
      assertDurable(store);
      if (isPortable(manifest)) {
        await fillFold(store, portableEntries(artifact, manifest, work), manifest.cursor);
      }
      work.report('verifying', 0);
      assertHolds(artifact, manifest, store.cursor, (await store.stats()).entries);
    });
  } catch (error) {
    throw refusedByEngineError(error, `artifact ${artifact}`);
  }
}

function assertDurable({ backend, capabilities }: SnapshotStore): void {
  if (capabilities.durable) return;
  throw new SlipstreamError('UNSUPPORTED', `a ${backend} fold is not durable`, {
    hint: 'Open the fold, and fill it with importInto.',
  });
}

function assertHolds(artifact: string, manifest: Manifest, cursor: WatchCursor, entries: number): void {
  if (!cursor.equals(manifest.cursor)) {
    throw invalidArtifactError(`artifact ${artifact}: its fold is at ${cursor}, not ${manifest.cursor}`);
  }
  if (entries !== manifest.entries) {
    throw invalidArtifactError(
      `artifact ${artifact}: its fold has ${entries} entries, not ${manifest.entries}`,
    );
  }
}
