import { join } from 'node:path';
import { type AppliedWatch, type SnapshotStore, VersionToken, watchApplied } from '@slipstream/core';
import { putUpdate, ScriptedSource } from '@slipstream/core/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type ArtifactFileSystem, exportArtifact, importArtifact, nodeFileSystem } from '../src/index.js';
import { contentsOf } from './fixtures/entries.js';
import { type FileFoldConfig, fileBackend } from './fixtures/file-fold.js';
import { namesIn, temporaryDirectory } from './fixtures/temporary-directory.js';

interface LiveFold {
  readonly place: string;
  readonly store: SnapshotStore;
  readonly watch: AppliedWatch;
  /** Delivers these revisions, one key each, and waits until they are applied. */
  readonly deliver: (from: number, to: number) => Promise<void>;
}

async function followInto(config: FileFoldConfig = {}): Promise<LiveFold> {
  const place = await temporaryDirectory();
  const store = await fileBackend.open(join(place, 'fold'), config);
  const source = new ScriptedSource();
  const watch = watchApplied({ source, store });
  onTestFinished(async () => {
    await watch.stop();
    await store.close();
  });
  const attachment = await source.nextWatch();
  const deliver = async (from: number, to: number): Promise<void> => {
    const revisions = Array.from({ length: to - from + 1 }, (_, index) => from + index);
    attachment.deliver(revisions.map((revision) => putUpdate(`key.${revision}`, revision)));
    await watch.waitFor(VersionToken.fromRevision(to));
  };
  return { place, store, watch, deliver };
}

describe('an export from a live watch', () => {
  test.each([
    { form: 'native', asynchronous: false },
    { form: 'portable', asynchronous: false },
    { form: 'portable', asynchronous: true },
  ] as const)(
    'holds one state, and applies continue while it is written (%o)',
    async ({ form, asynchronous }) => {
      const { promise: isCopying, resolve: copying } = Promise.withResolvers<void>();
      const { promise: mayFinish, resolve: finish } = Promise.withResolvers<void>();
      const gate = (): Promise<void> => {
        copying();
        return mayFinish;
      };
      const { place, store, watch, deliver } = await followInto({ onCopy: gate, asynchronous });
      await deliver(1, 500);
      const expected = await contentsOf(store);
      const fileSystem: ArtifactFileSystem = {
        ...nodeFileSystem,
        // By now the state of the portable form is held, and nothing of it is written.
        async create(path) {
          await gate();
          return nodeFileSystem.create(path);
        },
      };
      const backend = { ...fileBackend, open: (path: string) => fileBackend.open(path) };
      const options = { bucket: 'routes', form, backend, fileSystem };
      const exported = exportArtifact(watch, join(place, 'artifact'), options);
      await isCopying;
      // The export cannot end before `finish`, and the watch is not held up by it.
      await deliver(501, 600);
      expect(watch.cursor.revision).toBe(600n);
      finish();
      const manifest = await exported;
      expect([manifest.cursor.revision, manifest.entries]).toEqual([500n, 500]);
      await importArtifact(fileBackend, join(place, 'artifact'), join(place, 'copy'));
      await using copy = await fileBackend.open(join(place, 'copy'));
      expect(await contentsOf(copy)).toEqual(expected);
    },
  );

  test('ends by its signal while it waits for a flush, and does nothing when that is over', async () => {
    const place = await temporaryDirectory();
    const store = await fileBackend.open(join(place, 'fold'));
    const { promise: isApplying, resolve: applying } = Promise.withResolvers<void>();
    const { promise: mayApply, resolve: goOn } = Promise.withResolvers<void>();
    const source = new ScriptedSource();
    const apply = (): Promise<void> => {
      applying();
      return mayApply;
    };
    const watch = watchApplied({ source, store, apply });
    onTestFinished(async () => {
      await watch.stop();
      await store.close();
    });
    const attachment = await source.nextWatch();
    attachment.deliver([putUpdate('key', 1)]);
    await isApplying;
    const controller = new AbortController();
    const { signal } = controller;
    const fileSystem: ArtifactFileSystem = {
      ...nodeFileSystem,
      // The last step before it waits.
      async makeDirectory(path) {
        await nodeFileSystem.makeDirectory(path);
        if (path.endsWith('data')) setImmediate(() => controller.abort());
      },
    };
    const options = { bucket: 'routes', backend: fileBackend, signal, fileSystem };
    const exported = exportArtifact(watch, join(place, 'artifact'), options);
    await expect(exported).rejects.toMatchObject({ code: 'ABORTED' });
    expect(await namesIn(place)).toEqual(['fold']);
    goOn();
    expect(await watch.between((fold) => fold?.cursor.revision)).toBe(1n);
    expect(await namesIn(place)).toEqual(['fold']);
  });

  test('needs a watch with a store', async () => {
    const place = await temporaryDirectory();
    const watch = watchApplied({ source: new ScriptedSource(), apply: () => undefined });
    onTestFinished(() => watch[Symbol.asyncDispose]());
    const exported = exportArtifact(watch, join(place, 'artifact'), { bucket: 'routes' });
    await expect(exported).rejects.toThrow(/^the watch has no store/);
    expect(await namesIn(place)).toEqual([]);
  });

  test('that has ended is CLOSED, and leaves nothing', async () => {
    const { place, watch } = await followInto();
    await watch.stop();
    const exported = exportArtifact(watch, join(place, 'artifact'), { bucket: 'routes', form: 'portable' });
    await expect(exported).rejects.toMatchObject({ code: 'CLOSED' });
    expect(await namesIn(place)).toEqual(['fold']);
  });

  test('does the watch no harm when it fails', async () => {
    const { place, watch, deliver } = await followInto({ onCopy: () => Promise.reject(new Error('no')) });
    await deliver(1, 10);
    const options = { bucket: 'routes', backend: fileBackend };
    await expect(exportArtifact(watch, join(place, 'artifact'), options)).rejects.toMatchObject({
      code: 'STORE_FAILED',
    });
    await deliver(11, 20);
    expect(watch.state.name).toBe('live');
    expect(await namesIn(place)).toEqual(['fold']);
  });
});
