import { exportArtifact } from '@slipstream/artifact';
import { type SnapshotStore, VersionToken, WatchCursor } from '@slipstream/core';
import { logBackend } from '@slipstream/log';
import { type TemporaryDirectory, temporaryDirectory } from '@slipstream/test-kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openFold } from './open-fold.js';

let folder: TemporaryDirectory;
let artifact: string;
beforeEach(async () => {
  folder = await temporaryDirectory();
  artifact = `${folder.path}/artifact`;
  await using fold = await logBackend.open(`${folder.path}/exporter`);
  await put(fold, 'route.auth.0', 1);
  await exportArtifact(fold, artifact, { bucket: 'routes', form: 'portable' });
});
afterEach(() => folder[Symbol.asyncDispose]());

async function put(fold: SnapshotStore, key: string, revision: number): Promise<void> {
  const version = VersionToken.fromRevision(revision);
  const value = new TextEncoder().encode('{}');
  await fold.apply([{ kind: 'put', key, value, version }], WatchCursor.of({ version }));
}

describe.each(['log', 'sqlite'] as const)('a fold on %s', (engine) => {
  const settings = () => ({ engine, path: `${folder.path}/fold` });

  test('begins empty without an artifact', async () => {
    await using fold = await openFold(settings());
    expect(fold.backend).toBe(engine);
    expect(fold.cursor.isNone).toBe(true);
  });

  test('begins with the artifact, at its cursor', async () => {
    await using fold = await openFold({ ...settings(), artifact });
    expect(fold.backend).toBe(engine);
    expect(fold.cursor.revision).toBe(1n);
    expect((await fold.stats()).entries).toBe(1);
  });

  test('is not set back to the artifact when it is opened again', async () => {
    const first = await openFold({ ...settings(), artifact });
    await put(first, 'route.auth.1', 2);
    await first.close();
    await using fold = await openFold({ ...settings(), artifact });
    expect(fold.cursor.revision).toBe(2n);
    expect((await fold.stats()).entries).toBe(2);
  });

  test('is not opened, and not begun, when the artifact cannot be read', async () => {
    const missing = `${folder.path}/no-artifact`;
    await expect(openFold({ ...settings(), artifact: missing })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await using fold = await openFold(settings());
    expect(fold.cursor.isNone).toBe(true);
  });
});
