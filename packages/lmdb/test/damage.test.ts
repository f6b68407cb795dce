import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, rmdir, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cursorAt, deleteUpdate, putUpdate, seededRandom } from '@slipstream/core/testing';
import { type TemporaryDirectory, temporaryDirectory } from '@slipstream/test-kit';
import { open as openEngine } from 'lmdb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LmdbSnapshotStore } from '../src/index.js';

let directory: TemporaryDirectory;
let file: string;
beforeEach(async () => {
  directory = await temporaryDirectory();
  file = join(directory.path, 'fold.mdb');
});
afterEach(() => directory[Symbol.asyncDispose]());

async function closedFold(): Promise<void> {
  const store = await LmdbSnapshotStore.open(directory);
  const updates = Array.from({ length: 2_000 }, (_, index) =>
    putUpdate(`k.${index}`, index + 1, new Uint8Array(index % 100 === 0 ? 30_000 : 200)),
  );
  await store.apply(updates, cursorAt(2_000));
  await store.close();
}

/** In a page with a meta: the number of the last page, of which only the lowest byte is used here. */
const LAST_PAGE_AT = 144;

const digestOf = async (path: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');

describe('a fold whose file', () => {
  test('was truncated anywhere is refused as CORRUPTED, and stays as it is', async () => {
    await closedFold();
    const intact = await readFile(file);
    const cuts = [
      0,
      1,
      100,
      4_095,
      4_096,
      5_000,
      8_191,
      8_192,
      12_288,
      intact.length - 4_096,
      intact.length - 1,
    ];
    for (let part = 1; part < 20; part++) cuts.push(Math.floor((intact.length * part) / 20));
    for (const length of cuts) {
      await writeFile(file, intact);
      await truncate(file, length);
      const before = await digestOf(file);
      await expect(LmdbSnapshotStore.open(directory), `cut to ${length} bytes`).rejects.toMatchObject({
        code: 'CORRUPTED',
      });
      expect(await digestOf(file)).toBe(before);
    }
    await writeFile(file, intact);
    await using store = await LmdbSnapshotStore.open(directory);
    expect(await store.stats()).toMatchObject({ entries: 2_000 });
  });

  test('is missing, or is not a database, is refused as CORRUPTED', async () => {
    await closedFold();
    for (const content of [Buffer.alloc(100_000), Buffer.from('no database '.repeat(2_000))]) {
      await writeFile(file, content);
      await expect(LmdbSnapshotStore.open(directory)).rejects.toMatchObject({ code: 'CORRUPTED' });
      expect(await readFile(file)).toEqual(content);
    }
    await rm(file);
    await expect(LmdbSnapshotStore.open(directory)).rejects.toMatchObject({ code: 'CORRUPTED' });
    await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('ends before its last page is not damaged when that page is free', async () => {
    await closedFold();
    const bytes = await readFile(file);
    // Ten more pages than there are, in each of the three places that say how many.
    for (const at of [0, 2_048, 4_096]) bytes[at + LAST_PAGE_AT] = (bytes[at + LAST_PAGE_AT] ?? 0) + 10;
    await writeFile(file, bytes);
    const store = await LmdbSnapshotStore.open(directory);
    expect((await store.get('k.1999'))?.version.revision).toBe(2_000n);
    await store.apply([deleteUpdate('k.0', 2_001), putUpdate('more', 2_002)], cursorAt(2_002));
    await store.close();
    await using reopened = await LmdbSnapshotStore.open(directory);
    expect(await reopened.stats()).toMatchObject({ entries: 2_000 });
  });
});

describe('after a power loss', () => {
  test('what was flushed is kept, as one commit, whichever of the last pages were lost', async () => {
    const random = seededRandom(Number(process.env['SLIPSTREAM_SEED'] ?? 1));
    const store = await LmdbSnapshotStore.open({ path: directory.path, sync: true });
    for (let number = 1; number <= 30; number++) {
      const updates = Array.from({ length: 50 }, () => putUpdate(`k.${Math.floor(random() * 500)}`, number));
      await store.apply(updates, cursorAt(number));
    }
    // A copy of the file while the fold is open: what is left after a power loss at this moment.
    const image = await readFile(file);
    await store.close();
    await writeFile(file, image);
    // As the engine does after a restart of the machine: only what was flushed counts.
    const engine = openEngine(file, {
      encoding: 'binary',
      keyEncoding: 'binary',
      noSubdir: true,
      ...{ safeRestore: true },
    });
    await engine.close();
    await using found = await LmdbSnapshotStore.open(directory);
    expect(found.cursor.revision).toBe(30n);
  });
});

test("a fold whose engine's table of readers cannot be written is INVALID_PATH", async () => {
  await using directory = await temporaryDirectory();
  await (await LmdbSnapshotStore.open(directory)).close();
  const readers = join(directory.path, 'fold.mdb-lock');
  await rm(readers);
  await mkdir(readers);
  await expect(LmdbSnapshotStore.open(directory)).rejects.toMatchObject({ code: 'INVALID_PATH' });
  await rmdir(readers);
  await (await LmdbSnapshotStore.open(directory)).close();
});

test('what an interrupted creation left is replaced by an empty fold', async () => {
  const marker = { backend: 'lmdb', formatVersion: '2', state: 'creating' };
  await writeFile(join(directory.path, 'fold.json'), JSON.stringify(marker));
  await writeFile(file, 'half of a page');
  await using store = await LmdbSnapshotStore.open(directory);
  expect(store.cursor.isNone).toBe(true);
  await store.apply([putUpdate('a', 1)], cursorAt(1));
});

test('a database without the marker of its fold is INCOMPATIBLE, and stays', async () => {
  const store = await LmdbSnapshotStore.open(directory);
  await store.apply([putUpdate('a', 1)], cursorAt(1));
  await store.close();
  await rm(join(directory.path, 'fold.json'));
  const before = await readFile(file);
  await expect(LmdbSnapshotStore.open(directory)).rejects.toMatchObject({
    code: 'INCOMPATIBLE',
    hint: expect.stringContaining('copy the whole directory'),
  });
  expect(await readFile(file)).toEqual(before);
  expect(await readdir(directory.path)).not.toContain('fold.json');
});
