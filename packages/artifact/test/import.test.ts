import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { compareKeys, SlipstreamError, type SnapshotStore } from '@slipstream/core';
import { collect, cursorAt, openScratchFold, putUpdate } from '@slipstream/core/testing';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  type ArtifactFileSystem,
  type ArtifactProgress,
  exportArtifact,
  importArtifact,
  importInto,
  nodeFileSystem,
  readManifest,
  readPortable,
} from '../src/index.js';
import { contentsOf, cursorOf, someUpdates, textOf } from './fixtures/entries.js';
import { fileBackend } from './fixtures/file-fold.js';
import { numberedFileSystem } from './fixtures/numbered-file-system.js';
import { forgeFile } from './fixtures/tampering.js';
import { namesIn, temporaryDirectory } from './fixtures/temporary-directory.js';

async function exported(
  form: 'native' | 'portable',
  count = 300,
): Promise<{ place: string; store: SnapshotStore }> {
  const place = await temporaryDirectory();
  const store = await fileBackend.open(join(place, 'origin'));
  onTestFinished(() => store.close());
  const updates = Array.from({ length: count }, (_, index) => putUpdate(`key.${index}`, index + 1));
  await store.apply(updates, cursorOf(count));
  await exportArtifact(store, join(place, 'artifact'), { bucket: 'routes', form, backend: fileBackend });
  return { place, store };
}

function outcomeOf(work: Promise<unknown>): Promise<string | undefined> {
  return work.then(
    () => 'done',
    (error: { code?: string }) => error.code,
  );
}

/** A fold that is gone when it is closed. */
async function volatileFold(): Promise<SnapshotStore> {
  const store = await openScratchFold();
  const capabilities = { ...store.capabilities, durable: false };
  return Object.defineProperty(store, 'capabilities', { value: capabilities });
}

describe.each(['native', 'portable'] as const)('an import of a %s artifact', (form) => {
  test('is the exported fold, cursor and time included, and says what the manifest says', async () => {
    const { place, store } = await exported(form);
    const manifest = await importArtifact(fileBackend, join(place, 'artifact'), join(place, 'fold'));
    expect(JSON.stringify(manifest)).toBe(JSON.stringify(await readManifest(join(place, 'artifact'))));
    await using fold = await fileBackend.open(join(place, 'fold'));
    expect(await contentsOf(fold)).toEqual(await contentsOf(store));
    expect(fold.cursor.at).toBe(store.cursor.at);
    expect(await namesIn(place)).toEqual(['artifact', 'fold', 'origin']);
    await fold.apply([putUpdate('later', 1000)], cursorAt(1000));
    expect(fold.cursor.revision).toBe(1000n);
  });

  test('goes where nothing is or an empty directory, and refuses everything else', async () => {
    const { place } = await exported(form);
    const attempt = (name: string): Promise<string | undefined> =>
      outcomeOf(importArtifact(fileBackend, join(place, 'artifact'), join(place, name)));
    await mkdir(join(place, 'empty'));
    expect(await attempt('empty')).toBe('done');
    await writeFile(join(place, 'file'), '');
    await symlink('nowhere', join(place, 'link'));
    for (const taken of ['empty', 'origin', 'file', 'link'])
      expect(await attempt(taken)).toBe('ALREADY_EXISTS');
    expect(await attempt('no/fold')).toBe('INVALID_PATH');
    expect(await namesIn(place)).toEqual(['artifact', 'empty', 'file', 'link', 'origin']);
  });

  test('that fails at any step leaves nothing, and can be repeated', async () => {
    const { place } = await exported(form);
    const destination = join(place, 'fold');
    let failAt = 0;
    while ((await namesIn(destination)) === undefined) {
      failAt += 1;
      const fileSystem = numberedFileSystem((step, what) => {
        if (step === failAt) throw Object.assign(new Error(what), { code: 'EIO' });
      });
      const options = { fileSystem };
      const outcome = await outcomeOf(
        importArtifact(fileBackend, join(place, 'artifact'), destination, options),
      );
      expect(outcome, `failing at step ${failAt}`).toBe('STORE_FAILED');
      const others = (await namesIn(place))?.filter((name) => name !== 'fold');
      expect(others).toEqual(['artifact', 'origin']);
    }
    await using fold = await fileBackend.open(destination);
    expect((await fold.stats()).entries).toBe(300);
    expect(failAt).toBeGreaterThan(4);
  });

  test('ends with ABORTED wherever its signal fires, and leaves nothing', async () => {
    const { place } = await exported(form);
    const steps: string[] = [];
    for (let abortAt = 1, last = false; !last; abortAt++) {
      const controller = new AbortController();
      let reports = 0;
      const onProgress = ({ step }: ArtifactProgress): void => {
        reports += 1;
        if (reports !== abortAt) return;
        steps.push(step);
        controller.abort();
      };
      const options = { onProgress, signal: controller.signal };
      const imported = importArtifact(fileBackend, join(place, 'artifact'), join(place, 'fold'), options);
      const outcome = await outcomeOf(imported);
      last = reports < abortAt;
      if (!last) expect([outcome, await namesIn(place)]).toEqual(['ABORTED', ['artifact', 'origin']]);
    }
    expect([...new Set(steps)]).toEqual(['copying', 'verifying', 'publishing']);
  });

  test('of what is not there is NOT_FOUND', async () => {
    const { place } = await exported(form);
    const imported = importArtifact(fileBackend, join(place, 'nothing'), join(place, 'fold'));
    expect(await outcomeOf(imported)).toBe('NOT_FOUND');
  });

  test('larger than its limits is refused before anything is copied', async () => {
    const { place } = await exported(form);
    const copied: number[] = [];
    const attempt = (limits: object): Promise<string | undefined> =>
      outcomeOf(
        importArtifact(fileBackend, join(place, 'artifact'), join(place, 'fold'), {
          ...limits,
          onProgress: ({ bytes }) => copied.push(bytes),
        }),
      );
    expect(await attempt({ maxBytes: 100 })).toBe('ARTIFACT_INVALID');
    expect(await attempt({ maxFiles: 0 })).toBe('ARTIFACT_INVALID');
    expect(copied).toEqual([0, 0]);
    expect(await attempt({ maxBytes: 1_000_000, maxFiles: 1 })).toBe('done');
    await expect(
      importArtifact(fileBackend, join(place, 'artifact'), join(place, 'other'), { maxBytes: Number.NaN }),
    ).rejects.toThrow(/^maxBytes is NaN/);
  });
});

describe('what fails at the destination', () => {
  test.each([
    ['ENOSPC', 'STORE_FAILED'],
    ['ENAMETOOLONG', 'INVALID_PATH'],
    ['ENOENT', 'INVALID_PATH'],
  ])('(%s) is %s, and says nothing against the artifact', async (systemCode, code) => {
    const { place } = await exported('native');
    const full = (path: string): Promise<never> =>
      Promise.reject(Object.assign(new Error(`no: ${path}`), { code: systemCode }));
    const writes: Partial<ArtifactFileSystem>[] = [
      { create: full },
      {
        create: async (path) => Object.assign(await nodeFileSystem.create(path), { write: () => full(path) }),
      },
      {
        makeDirectory: (path) => (path.endsWith('entries') ? full(path) : nodeFileSystem.makeDirectory(path)),
      },
    ];
    for (const write of writes) {
      const fileSystem = { ...nodeFileSystem, ...write };
      const imported = importArtifact(fileBackend, join(place, 'artifact'), join(place, 'fold'), {
        fileSystem,
      });
      await expect(imported).rejects.toMatchObject({
        code,
        message: expect.stringMatching(/^writing .*entries/),
      });
    }
    expect(await namesIn(place)).toEqual(['artifact', 'origin']);
  });
});

describe('a portable artifact', () => {
  test('carries any entries from one engine to another', async () => {
    const place = await temporaryDirectory();
    let round = 0;
    await fc.assert(
      fc.asyncProperty(
        someUpdates,
        fc.constantFrom('zstd' as const, 'none' as const),
        async (updates, compression) => {
          round += 1;
          await using origin = await openScratchFold();
          await origin.apply(updates, cursorOf(round));
          const artifact = join(place, `artifact-${round}`);
          await exportArtifact(origin, artifact, { bucket: 'routes', compression });
          await importArtifact(fileBackend, artifact, join(place, `fold-${round}`));
          await using fold = await fileBackend.open(join(place, `fold-${round}`));
          expect(await contentsOf(fold)).toEqual(await contentsOf(origin));
          const sorted = updates.toSorted((a, b) => compareKeys(a.key, b.key));
          expect((await collect(readPortable(artifact))).flat().map(textOf)).toEqual(sorted.map(textOf));
        },
      ),
      { numRuns: 25 },
    );
  });

  test('is applied in key order, in batches of the size the engine likes, the cursor with the last', async () => {
    const { place } = await exported('portable', 2500);
    const batches: { keys: string[]; cursor: string }[] = [];
    const recording = {
      ...fileBackend,
      open: async (path: string): Promise<SnapshotStore> => {
        const store = await fileBackend.open(path);
        const apply = store.apply.bind(store);
        store.apply = async (updates, cursor) => {
          batches.push({ keys: updates.map(({ key }) => key), cursor: String(cursor) });
          await apply(updates, cursor);
        };
        return store;
      },
    };
    const manifest = await importArtifact(recording, join(place, 'artifact'), join(place, 'fold'));
    expect(batches.map(({ keys }) => keys.length)).toEqual([1024, 1024, 452]);
    const keys = batches.flatMap((batch) => batch.keys);
    expect(keys).toEqual(keys.toSorted(compareKeys));
    expect(batches.map(({ cursor }) => cursor)).toEqual(['v1:::', 'v1:::', String(manifest.cursor)]);
  });

  test('whose entries the fold refuses ends the import with that failure, and nothing is applied after it', async () => {
    const { place } = await exported('portable', 2500);
    let applied = 0;
    const failing = {
      ...fileBackend,
      open: async (path: string): Promise<SnapshotStore> => {
        const store = await fileBackend.open(path);
        store.apply = async () => {
          applied += 1;
          await setImmediate();
          throw new SlipstreamError('STORE_FAILED', 'the disk is full');
        };
        return store;
      },
    };
    expect(await outcomeOf(importArtifact(failing, join(place, 'artifact'), join(place, 'fold')))).toBe(
      'STORE_FAILED',
    );
    expect(applied).toBe(1);
    expect(await namesIn(place)).toEqual(['artifact', 'origin']);
  });

  test('gives out values of their own: none keeps the memory of others', async () => {
    const { place } = await exported('portable');
    for (const { value } of (await collect(readPortable(join(place, 'artifact')))).flat()) {
      expect(value.buffer.byteLength).toBe(value.length);
    }
  });

  test('fills an open, empty fold, and refuses one that has anything', async () => {
    const { place, store } = await exported('portable');
    await using fold = await openScratchFold();
    await importInto(fold, join(place, 'artifact'));
    expect(await contentsOf(fold)).toEqual(await contentsOf(store));
    expect(await outcomeOf(importInto(fold, join(place, 'artifact')))).toBe('ALREADY_EXISTS');
    await using moved = await openScratchFold();
    await moved.apply([], cursorAt(1));
    expect(await outcomeOf(importInto(moved, join(place, 'artifact')))).toBe('ALREADY_EXISTS');
  });

  test('that is bad at its very end leaves an open fold as it was', async () => {
    const { place } = await exported('portable', 3000);
    await forgeFile(join(place, 'artifact'), 'data/entries.slp', (bytes) => bytes.subarray(0, -40));
    await using fold = await openScratchFold();
    expect(await outcomeOf(importInto(fold, join(place, 'artifact')))).toBe('ARTIFACT_INVALID');
    expect([(await fold.stats()).entries, fold.cursor.isNone]).toEqual([0, true]);
  });

  test('is not imported at a path by an engine whose folds have none', async () => {
    const { place } = await exported('portable');
    const memory = { name: 'memory', formatVersion: '1', open: async () => volatileFold() };
    const attempt = importArtifact(memory, join(place, 'artifact'), join(place, 'fold'));
    await expect(attempt).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      hint: expect.stringContaining('importInto'),
    });
    expect(await namesIn(place)).toEqual(['artifact', 'origin']);
  });

  test('is what an open fold needs: a native one is refused', async () => {
    const { place } = await exported('native');
    await using fold = await openScratchFold();
    expect(await outcomeOf(importInto(fold, join(place, 'artifact')))).toBe('ARTIFACT_INVALID');
    expect(await outcomeOf(collect(readPortable(join(place, 'artifact'))))).toBe('ARTIFACT_INVALID');
  });
});
