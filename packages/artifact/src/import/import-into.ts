import { type KvEntry, SlipstreamError, type SnapshotStore } from '@slipstream/core';
import { absolutePath } from '../artifact-options.js';
import type { Manifest } from '../manifest/manifest.js';
import { readingError } from './artifact-file.js';
import { assertNothingElse, assertPortable, assertWithinLimits } from './check-contents.js';
import { fillFold } from './fill-fold.js';
import { type ReadOptions, type ResolvedReadOptions, resolveReadOptions } from './import-options.js';
import { portableEntries } from './portable-entries.js';
import { readManifest } from './read-manifest.js';

/**
 * Fills an open, empty fold from a portable artifact: for folds that have no path, such as those in memory.
 * Others are better imported by {@link importArtifact}, which makes them appear whole.
 *
 * All of the artifact is checked before the first entry is applied, and again while they are: a bad one leaves
 * the fold as it was. When the fold's engine fails midway, it has some of the entries and no cursor.
 *
 * @throws `ALREADY_EXISTS` when the fold has entries or a cursor. `ARTIFACT_INVALID`, `NOT_FOUND`,
 * `UNSUPPORTED`, `ABORTED` as {@link importArtifact} does; what `apply` throws.
 */
export async function importInto(
  store: SnapshotStore,
  directory: string,
  options: ReadOptions = {},
): Promise<Manifest> {
  const artifact = absolutePath(directory, 'directory');
  const work = resolveReadOptions(options, artifact);
  const { entries } = await store.stats();
  if (entries > 0 || !store.cursor.isNone) {
    throw new SlipstreamError(
      'ALREADY_EXISTS',
      `the ${store.backend} fold has ${entries} entries, and is at ${store.cursor}`,
      { hint: 'Import into a fold that was never applied to.' },
    );
  }
  const manifest = await openPortable(artifact, work);
  for await (const _ of portableEntries(artifact, manifest, work));
  await fillFold(store, portableEntries(artifact, manifest, work), manifest.cursor);
  return manifest;
}

/**
 * The entries of a portable artifact in key order, block by block, for programs that want them without a
 * fold. That the artifact is whole is known when the iteration has ended without an error, and not before.
 * @throws `ARTIFACT_INVALID`, `NOT_FOUND`, `UNSUPPORTED`, `ABORTED`
 */
export async function* readPortable(
  directory: string,
  options: ReadOptions = {},
): AsyncGenerator<readonly KvEntry[], void, undefined> {
  const artifact = absolutePath(directory, 'directory');
  const work = resolveReadOptions(options, artifact);
  const manifest = await openPortable(artifact, work);
  for await (const entries of portableEntries(artifact, manifest, work)) {
    // A caller may keep one of them for long, which must not keep its block.
    yield entries.map(({ key, value, version }) => ({ key, value: value.slice(), version }));
  }
}

async function openPortable(artifact: string, work: ResolvedReadOptions): Promise<Manifest> {
  const manifest = await readManifest(artifact, work);
  try {
    assertPortable(manifest);
    assertWithinLimits(manifest, work);
    await assertNothingElse(artifact, manifest, work.fileSystem);
  } catch (error) {
    throw readingError(error, artifact);
  }
  return manifest;
}
