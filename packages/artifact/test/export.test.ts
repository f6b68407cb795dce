import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SnapshotStore } from '@slipstream/core';
import { cursorAt, deleteUpdate, ManualClock, openScratchFold, putUpdate } from '@slipstream/core/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  type ArtifactFileSystem,
  type ArtifactProgress,
  exportArtifact,
  importArtifact,
  nodeFileSystem,
  readManifest,
} from '../src/index.js';
import { contentsOf, cursorOf } from './fixtures/entries.js';
import { fileBackend } from './fixtures/file-fold.js';
import { numberedFileSystem } from './fixtures/numbered-file-system.js';
import { namesIn, temporaryDirectory } from './fixtures/temporary-directory.js';

async function openFold(): Promise<{ store: SnapshotStore; place: string }> {
  const place = await temporaryDirectory();
  const store = await fileBackend.open(join(place, 'fold'));
  onTestFinished(() => store.close());
  await store.apply([putUpdate('a', 1), putUpdate('b', 2), putUpdate('c', 3)], cursorOf(3));
  return { store, place };
}

/** `done`, or the code of the error. */
function outcomeOf(work: Promise<unknown>): Promise<string | undefined> {
  return work.then(
    () => 'done',
    (error: { code?: string }) => error.code,
  );
}

describe.each(['native', 'portable'] as const)('a %s export', (form) => {
  const options = { bucket: 'routes', form, backend: fileBackend };

  test('is complete: manifest, files with sizes and hashes, nothing beside it', async () => {
    const { store, place } = await openFold();
    const clock = new ManualClock();
    const manifest = await exportArtifact(store, join(place, 'artifact'), { ...options, clock });
    expect(manifest).toMatchObject({
      schemaVersion: 1,
      backend: form === 'native' ? 'file' : 'portable',
      backendVersion: '1',
      bucket: 'routes',
      entries: 3,
      createdAt: new Date(clock.now()).toISOString(),
    });
    expect(String(manifest.cursor)).toBe(String(store.cursor));
    const files = { native: 'data/entries/fold.json', portable: 'data/entries.slp' };
    expect(manifest.files.map(({ path }) => path)).toEqual([files[form]]);
    expect(JSON.stringify(await readManifest(join(place, 'artifact')))).toBe(JSON.stringify(manifest));
    expect(await namesIn(place)).toEqual(['artifact', 'fold']);
    expect(await namesIn(join(place, 'artifact'))).toEqual(['MANIFEST.json', 'data']);
  });

  test('of an empty fold is an artifact of nothing, without a cursor', async () => {
    const place = await temporaryDirectory();
    await using store = await fileBackend.open(join(place, 'fold'));
    await store.apply([putUpdate('a', 1)], cursorAt(1));
    await store.apply([deleteUpdate('a', 2)], cursorAt(2));
    const manifest = await exportArtifact(store, join(place, 'artifact'), options);
    expect([manifest.entries, manifest.cursor.revision]).toEqual([0, 2n]);
    await importArtifact(fileBackend, join(place, 'artifact'), join(place, 'copy'));
    await using copy = await fileBackend.open(join(place, 'copy'));
    expect(await contentsOf(copy)).toEqual(await contentsOf(store));
  });

  test('replaces an empty directory, and refuses everything else that is there', async () => {
    const { store, place } = await openFold();
    await mkdir(join(place, 'empty'));
    await exportArtifact(store, join(place, 'empty'), options);
    expect((await readManifest(join(place, 'empty'))).entries).toBe(3);
    await writeFile(join(place, 'file'), 'somebody');
    for (const taken of ['empty', 'file', 'fold']) {
      expect(await outcomeOf(exportArtifact(store, join(place, taken), options))).toBe('ALREADY_EXISTS');
    }
    expect(await namesIn(place)).toEqual(['empty', 'file', 'fold']);
  });

  test('does not replace what appeared at the destination while it was copying', async () => {
    const { store, place } = await openFold();
    const fileSystem: ArtifactFileSystem = {
      ...nodeFileSystem,
      async rename(from, to) {
        await mkdir(join(to, 'other'), { recursive: true });
        await nodeFileSystem.rename(from, to);
      },
    };
    const exported = exportArtifact(store, join(place, 'artifact'), { ...options, fileSystem });
    expect(await outcomeOf(exported)).toBe('ALREADY_EXISTS');
    expect(await namesIn(place)).toEqual(['artifact', 'fold']);
    expect(await namesIn(join(place, 'artifact'))).toEqual(['other']);
  });

  test('onto a mount point is refused, with what to do about it', async () => {
    const { store, place } = await openFold();
    const busy = Object.assign(new Error('busy'), { code: 'EBUSY' });
    const fileSystem = { ...nodeFileSystem, rename: () => Promise.reject(busy) };
    await expect(
      exportArtifact(store, join(place, 'artifact'), { ...options, fileSystem }),
    ).rejects.toMatchObject({ code: 'INVALID_PATH', hint: expect.stringContaining('mount point') });
    expect(await namesIn(place)).toEqual(['fold']);
  });

  test('into a missing parent is refused with its path', async () => {
    const { store, place } = await openFold();
    await expect(exportArtifact(store, join(place, 'no', 'artifact'), options)).rejects.toMatchObject({
      code: 'INVALID_PATH',
      message: expect.stringContaining(join(place, 'no', 'artifact')),
    });
  });

  test('that fails at any step leaves nothing, and the fold exports again', async () => {
    const { store, place } = await openFold();
    const destination = join(place, 'artifact');
    let failAt = 0;
    while ((await namesIn(destination)) === undefined) {
      failAt += 1;
      const fileSystem = numberedFileSystem((step, what) => {
        if (step === failAt) throw Object.assign(new Error(what), { code: 'ENOSPC' });
      });
      const outcome = await outcomeOf(exportArtifact(store, destination, { ...options, fileSystem }));
      expect(outcome, `failing at step ${failAt}`).toBe('STORE_FAILED');
      expect((await namesIn(place))?.filter((name) => name !== 'artifact')).toEqual(['fold']);
    }
    // Only the flush of the parent has failed now.
    expect((await readManifest(destination)).entries).toBe(3);
    expect(failAt).toBeGreaterThan(8);
  });

  test('ends with ABORTED wherever its signal fires, and leaves nothing', async () => {
    const { store, place } = await openFold();
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
      const { signal } = controller;
      const outcome = await outcomeOf(
        exportArtifact(store, join(place, 'artifact'), { ...options, onProgress, signal }),
      );
      last = reports < abortAt;
      if (!last) expect([outcome, await namesIn(place)]).toEqual(['ABORTED', ['fold']]);
    }
    expect([...new Set(steps)]).toEqual(['copying', 'verifying', 'hashing', 'publishing']);
  });
});

describe('an export', () => {
  test('is native where the fold has files of its own, else portable', async () => {
    const { store, place } = await openFold();
    const native = await exportArtifact(store, join(place, 'a'), { bucket: 'b', backend: fileBackend });
    expect(native.backend).toBe('file');
    await using scratch = await openScratchFold();
    expect((await exportArtifact(scratch, join(place, 'b'), { bucket: 'b' })).backend).toBe('portable');
  });

  test('in the native form of a fold without files is UNSUPPORTED', async () => {
    await using scratch = await openScratchFold();
    const backend = { ...fileBackend, name: 'scratch' };
    const place = await temporaryDirectory();
    const options = { bucket: 'b', form: 'native', backend } as const;
    expect(await outcomeOf(exportArtifact(scratch, join(place, 'a'), options))).toBe('UNSUPPORTED');
  });

  test('with options that make no sense is refused, and leaves nothing', async () => {
    const { store, place } = await openFold();
    const attempt = (options: object): Promise<unknown> =>
      exportArtifact(store, join(place, 'a'), { bucket: 'b', backend: fileBackend, ...options });
    await expect(attempt({ bucket: '' })).rejects.toThrow(/^bucket is a non-empty string/);
    await expect(attempt({ form: 'zip' })).rejects.toThrow(/^form is native or portable, not "zip"/);
    await expect(attempt({ form: 'portable', compression: 'gzip' })).rejects.toThrow(/^compression is/);
    await expect(attempt({ backend: undefined })).rejects.toThrow(/^backend is missing/);
    await expect(attempt({ backend: { ...fileBackend, name: 'log' } })).rejects.toThrow(/^backend is log 1/);
    expect(await namesIn(place)).toEqual(['fold']);
  });

  test('of a fold by itself notices that it was applied to meanwhile', async () => {
    const { store, place } = await openFold();
    const fileSystem: ArtifactFileSystem = {
      ...nodeFileSystem,
      async create(path) {
        await store.apply([deleteUpdate('a', 9)], cursorAt(9));
        return nodeFileSystem.create(path);
      },
    };
    await expect(
      exportArtifact(store, join(place, 'a'), { bucket: 'b', form: 'portable', fileSystem }),
    ).rejects.toMatchObject({ code: 'UNSUPPORTED', hint: expect.stringContaining('watch') });
    expect(await namesIn(place)).toEqual(['fold']);
  });

  test('of a copy that the engine cannot read back fails, and leaves nothing', async () => {
    const { store, place } = await openFold();
    const backend = {
      ...fileBackend,
      open: async (path: string) => {
        await writeFile(join(path, 'entries', 'fold.json'), '{');
        return fileBackend.open(path);
      },
    };
    expect(await outcomeOf(exportArtifact(store, join(place, 'a'), { bucket: 'b', backend }))).toBe(
      'CORRUPTED',
    );
    expect(await namesIn(place)).toEqual(['fold']);
  });

  test('of a closed fold is CLOSED, and leaves nothing', async () => {
    const { store, place } = await openFold();
    await store.close();
    for (const form of ['native', 'portable'] as const) {
      const options = { bucket: 'b', form, backend: fileBackend };
      expect(await outcomeOf(exportArtifact(store, join(place, 'a'), options))).toBe('CLOSED');
    }
    expect(await namesIn(place)).toEqual(['fold']);
  });
});
