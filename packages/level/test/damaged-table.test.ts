import { appendFile, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { collect, cursorAt, putUpdate } from '@slipstream/core/testing';
import { temporaryDirectory } from '@slipstream/test-kit';
import { expect, test } from 'vitest';
import { LevelSnapshotStore } from '../src/index.js';
import { contentsOf } from './support/files.js';

const ENTRIES = 50;
const value = (index: number): string => `<${index}>`.repeat(20);

// Bits of keys are not for a test in this process: LevelDB aborts it (an assertion) when it comes upon some.
test('a flipped bit of a value in a table is CORRUPTED when it is read, and the others are served', async () => {
  await using directory = await temporaryDirectory();
  const options = { ...directory, engineOptions: { compression: false } };
  const store = await LevelSnapshotStore.open(options);
  const updates = Array.from({ length: ENTRIES }, (_, index) =>
    putUpdate(`k.${index}`, index + 1, value(index)),
  );
  await store.apply(updates, cursorAt(ENTRIES));
  await store.settle?.();
  await store.close();
  const [name] = (await readdir(directory.path)).filter((each) => each.endsWith('.ldb'));
  const table = join(directory.path, name ?? 'no table');
  const bytes = await readFile(table);
  const damaged = Array.from({ length: 8 }, (_, bit) => bit * 6);
  for (const [bit, index] of damaged.entries()) {
    const at = bytes.indexOf(value(index)) + bit;
    bytes[at] = (bytes[at] as number) ^ (1 << bit);
  }
  await writeFile(table, bytes);
  await using opened = await LevelSnapshotStore.open(options);
  for (let index = 0; index < ENTRIES; index++) {
    const read = opened.get(`k.${index}`);
    if (damaged.includes(index)) await expect(read).rejects.toMatchObject({ code: 'CORRUPTED' });
    else expect(Buffer.from((await read)?.value ?? []).toString()).toBe(value(index));
  }
  await expect(collect(opened.range(''))).rejects.toMatchObject({ code: 'CORRUPTED' });
  // A copy does not carry damage elsewhere, and leaves nothing of itself.
  const copy = join(directory.path, 'copy');
  await expect(opened.checkpoint?.(copy)).rejects.toMatchObject({ code: 'CORRUPTED' });
  expect(await readdir(copy)).toEqual([]);
});

test.each<[string, (table: string) => Promise<void>]>([
  ['is missing', (table) => rm(table)],
  ['was cut', (table) => truncate(table, 100)],
  ['is empty', (table) => truncate(table, 0)],
  ['has grown', (table) => appendFile(table, 'x')],
])('a table that %s is CORRUPTED, and nothing is touched', async (_, damage) => {
  await using directory = await temporaryDirectory();
  const store = await LevelSnapshotStore.open(directory);
  await store.apply([putUpdate('a', 1)], cursorAt(1));
  await store.settle?.();
  // In the log: LevelDB makes a table of it when it opens.
  await store.apply([putUpdate('b', 2)], cursorAt(2));
  await store.close();
  const [name] = (await readdir(directory.path)).filter((each) => each.endsWith('.ldb'));
  const table = join(directory.path, name ?? 'no table');
  await damage(table);
  const before = await contentsOf(directory.path);
  await expect(LevelSnapshotStore.open(directory)).rejects.toMatchObject({
    code: 'CORRUPTED',
    message: expect.stringContaining(table),
  });
  expect(await contentsOf(directory.path)).toEqual(before);
});
