import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ArtifactFileSystem, ArtifactForm, ExportSource, Manifest } from '@slipstream/artifact';
import { SlipstreamError, type SnapshotStore } from '@slipstream/core';
import type { SnapshotStoreHarness } from '../snapshot-store/snapshot-store-harness.js';
import { assertCode } from '../suite/assert-code.js';
import type { CaseRun } from '../suite/conformance-case.js';
import { temporaryDirectory } from '../suite/temporary-directory.js';
import { type ArtifactTools, artifactTools } from './artifact-tools.js';

/** The bucket that manifests name. */
const BUCKET = 'conformance';

/** An artifact in a temporary directory of its own. */
export interface ExportedArtifact {
  readonly path: string;
  readonly manifest: Manifest;
}

/** Where an artifact or a fold is made, and on what. */
export interface MadeOn {
  /** @defaultValue the machine's own */
  readonly fileSystem?: ArtifactFileSystem | undefined;
}

/** Exports and imports folds of one harness, in the way that it offers. */
export class FoldExchange {
  readonly #harness: SnapshotStoreHarness;
  readonly #run: CaseRun;
  readonly #tools: ArtifactTools;

  constructor(harness: SnapshotStoreHarness, run: CaseRun) {
    this.#harness = harness;
    this.#run = run;
    this.#tools = harness.artifactTools ?? artifactTools;
  }

  /** The forms that this engine's folds can be exported in. */
  get forms(): readonly ArtifactForm[] {
    const { capabilities, artifacts } = this.#harness;
    return capabilities.checkpoint && artifacts !== undefined ? ['native', 'portable'] : ['portable'];
  }

  /** Exports into a new place, or into `directory`. Removed when the case ends. */
  async export(
    source: ExportSource,
    form: ArtifactForm,
    directory?: string,
    { fileSystem }: MadeOn = {},
  ): Promise<ExportedArtifact> {
    const path = directory ?? join(await this.#place(), 'artifact');
    const backend = this.#harness.artifacts?.backend;
    const options = { bucket: BUCKET, form, backend, fileSystem };
    return { path, manifest: await this.#tools.exportArtifact(source, path, options) };
  }

  /** A new fold of the artifact, open. Closed and removed when the case ends. */
  async import(artifact: string): Promise<SnapshotStore> {
    return (await this.importAt(artifact)).store;
  }

  /** {@link import}, and where the fold is: to be opened there again where folds are durable. */
  async importAt(artifact: string): Promise<{ store: SnapshotStore; location: AsyncDisposable }> {
    const { artifacts } = this.#harness;
    const location = this.#run.own(await this.#harness.createLocation());
    if (artifacts !== undefined) await this.importTo(artifact, location);
    const store = this.#run.own(await this.#harness.open(location));
    if (artifacts === undefined) await this.#tools.importInto(store, artifact);
    return { store, location };
  }

  /** Imports to the path of a location, where the harness has paths; the fold is not opened. */
  async importTo(artifact: string, location: AsyncDisposable, { fileSystem }: MadeOn = {}): Promise<void> {
    const { artifacts } = this.#harness;
    assert.ok(artifacts, 'the harness imports by path');
    await this.#tools.importArtifact(artifacts.backend, artifact, artifacts.path(location), { fileSystem });
  }

  /** Asserts that an import is refused with `ARTIFACT_INVALID`, and leaves its destination as it was. */
  async assertRefused(artifact: string, what: string): Promise<void> {
    const { artifacts } = this.#harness;
    const location = this.#run.own(await this.#harness.createLocation());
    if (artifacts === undefined) {
      const store = this.#run.own(await this.#harness.open(location));
      await assertCode(() => this.#tools.importInto(store, artifact), 'ARTIFACT_INVALID', what);
      assert.equal((await store.stats()).entries, 0, `${what}: entries in the fold that it was refused for`);
      assert.ok(store.cursor.isNone, `${what}: a cursor in the fold that it was refused for`);
      return;
    }
    const path = artifacts.path(location);
    const before = await namesAround(path);
    await assertCode(
      () => this.#tools.importArtifact(artifacts.backend, artifact, path),
      'ARTIFACT_INVALID',
      what,
    );
    assert.deepEqual(await namesAround(path), before, `${what}: what the refused import left`);
  }

  /** Asserts that an import onto a destination where something is, is refused and changes nothing. */
  async assertNotReplaced(artifact: string, location: AsyncDisposable, store: SnapshotStore): Promise<void> {
    const { artifacts } = this.#harness;
    const attempt = (): Promise<unknown> =>
      artifacts === undefined
        ? this.#tools.importInto(store, artifact)
        : this.#tools.importArtifact(artifacts.backend, artifact, artifacts.path(location));
    await assertCode(attempt, 'ALREADY_EXISTS', 'an import onto a fold');
  }

  async #place(): Promise<string> {
    return this.#run.own(await temporaryDirectory()).path;
  }
}

/** What is at a path, and beside it. */
async function namesAround(path: string): Promise<readonly string[]> {
  const within = await readdir(path).catch((error: unknown) => [
    SlipstreamError.from(error, 'NOT_FOUND').code,
  ]);
  return [...(await readdir(dirname(path))).sort(), '/', ...within.sort()];
}
