import { type KvEntry, type SnapshotStore, VersionToken } from '@slipstream/core';
import { collect, cursorAt } from '@slipstream/core/testing';
import { type TemporaryDirectory, temporaryDirectory } from '@slipstream/test-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LmdbSnapshotStore } from '../src/index.js';

let directory: TemporaryDirectory;
let store: SnapshotStore;
beforeEach(async () => {
  directory = await temporaryDirectory();
  store = await LmdbSnapshotStore.open(directory);
});
afterEach(async () => {
  await store.close();
  await directory[Symbol.asyncDispose]();
});

/** Values and versions of every kind. */
const written: readonly KvEntry[] = Array.from({ length: 600 }, (_, index) => ({
  key: `k.${String(index).padStart(4, '0')}`,
  value: new Uint8Array([0, 1, 200, 4085, 4096, 40_000][index % 6] ?? 0).fill(index),
  version:
    index % 5 === 0
      ? VersionToken.fromBytes(new Uint8Array(index % 11).fill(255))
      : VersionToken.fromRevision(index),
}));

function apply(entries: readonly KvEntry[], revision: number): Promise<void> {
  return store.apply(
    entries.map((entry) => ({ ...entry, kind: 'put' as const })),
    cursorAt(revision),
  );
}

const readable = ({ key, value, version }: KvEntry): unknown => [
  key,
  Buffer.from(value).toString('latin1'),
  `${version}`,
];

test('what was read of a range does not change, whatever is read and written afterwards', async () => {
  await apply(written, 1);
  const first = await collect(store.range('k.'));
  await apply(
    written.map((entry) => ({ ...entry, value: new Uint8Array(entry.value.length).fill(7) })),
    2,
  );
  await collect(store.range('k.'));
  expect(first.map(readable)).toEqual(written.map(readable));
});

test('two ranges that are read in turns do not mix', async () => {
  await apply(written, 1);
  const one = store.range('k.')[Symbol.asyncIterator]();
  const other = store.range('k.', { after: written[299]?.key })[Symbol.asyncIterator]();
  for (let index = 0; index < 300; index++) {
    const pair = [await one.next(), await other.next()].map(({ value }) => readable(value as KvEntry));
    expect(pair).toEqual([written[index], written[index + 300]].map((entry) => readable(entry as KvEntry)));
  }
});

test('a value that shares memory with others cannot be transferred to another thread', async () => {
  await apply(written, 1);
  const [, one, other] = [...(store.sync?.range?.('k.', { limit: 3 }) ?? [])] as KvEntry[];
  expect(() => structuredClone(one?.value, { transfer: [one?.value.buffer as ArrayBuffer] })).toThrow(
    /transfer/,
  );
  expect(other?.value).toEqual(written[2]?.value);
});
