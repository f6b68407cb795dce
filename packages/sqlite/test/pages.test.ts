import { type KvEntry, VersionToken } from '@slipstream/core';
import { collect, cursorAt } from '@slipstream/core/testing';
import { type TemporaryDirectory, temporaryDirectory } from '@slipstream/test-kit';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SqliteSnapshotStore } from '../src/index.js';

let directory: TemporaryDirectory;
beforeEach(async () => {
  directory = await temporaryDirectory();
});
afterEach(() => directory[Symbol.asyncDispose]());

/** Values and versions of every kind, more than any page has rows. */
const written: readonly KvEntry[] = Array.from({ length: 1000 }, (_, index) => ({
  key: `k.${String(index).padStart(4, '0')}${'\0'.repeat(index % 3)}`,
  value: new Uint8Array([0, 1, 200, 4096, 4097, 20_000][index % 6] ?? 0).fill(index),
  version:
    index % 5 === 0
      ? VersionToken.fromBytes(new Uint8Array(index % 11).fill(255))
      : VersionToken.fromRevision(index),
}));

const readable = ({ key, value, version }: KvEntry): unknown => [
  key,
  Buffer.from(value).toString('latin1'),
  `${version}`,
];

test('a range has every entry once, in order, however many pages it takes and whatever is in them', async () => {
  await using store = await SqliteSnapshotStore.open(directory);
  await store.apply(
    written.map((entry) => ({ ...entry, kind: 'put' as const })),
    cursorAt(1),
  );
  expect((await collect(store.range('k.'))).map(readable)).toEqual(written.map(readable));
  expect(await collect(store.keys('k.'))).toEqual(written.map(({ key }) => key));
  for (const limit of [1, 31, 32, 33, 96, 97, 500, 1000, 2000]) {
    const after = written[7]?.key;
    const part = written.slice(8, 8 + limit).map(({ key }) => key);
    expect((await collect(store.range('k.', { after, limit }))).map(({ key }) => key)).toEqual(part);
    expect(await collect(store.keys('', { after, limit }))).toEqual(part);
  }
});

test('a range that continues after commits has the state that it began with, also of long values', async () => {
  await using store = await SqliteSnapshotStore.open(directory);
  const put = (entry: KvEntry) => ({ ...entry, kind: 'put' as const });
  await store.apply(written.map(put), cursorAt(1));
  const range = store.range('k.')[Symbol.asyncIterator]();
  const first = await range.next();
  await store.apply(
    written.map((entry) => put({ ...entry, value: new Uint8Array(9000) })),
    cursorAt(2),
  );
  const rest: unknown[] = [];
  for (let next = await range.next(); !next.done; next = await range.next()) rest.push(readable(next.value));
  expect([readable(first.value as KvEntry), ...rest]).toEqual(written.map(readable));
});

test('a value that shares memory with others cannot be transferred to another thread', async () => {
  await using store = await SqliteSnapshotStore.open(directory);
  await store.apply(
    written.map((entry) => ({ ...entry, kind: 'put' as const })),
    cursorAt(1),
  );
  const [, one, other] = [...(store.sync?.range?.('k.', { limit: 3 }) ?? [])] as KvEntry[];
  expect(() => structuredClone(one?.value, { transfer: [one?.value.buffer as ArrayBuffer] })).toThrow(
    /transfer/,
  );
  expect(other?.value).toEqual(written[2]?.value);
});

test.each([
  ['a value that is text', "UPDATE entries SET value = 'x'"],
  ['a version that is text', "UPDATE entries SET version = 'seven'"],
])('a row with %s is CORRUPTED, and the rows before it are served', async (_, statement) => {
  const store = await SqliteSnapshotStore.open(directory);
  await store.apply(
    written.slice(0, 40).map((entry) => ({ ...entry, kind: 'put' as const })),
    cursorAt(1),
  );
  await store.close();
  const database = new Database(`${directory.path}/fold.sqlite`);
  // As damage would, past what the declaration of the table allows.
  database.unsafeMode();
  database.pragma('writable_schema = ON');
  database.exec(
    `UPDATE sqlite_schema SET sql = replace(replace(sql, 'BLOB', 'ANY'), 'STRICT, ', '') WHERE name = 'entries'`,
  );
  database.close();
  const altered = new Database(`${directory.path}/fold.sqlite`);
  altered.prepare(`${statement} WHERE key = ?`).run(written[35]?.key);
  altered.close();
  await using reopened = await SqliteSnapshotStore.open(directory);
  const served: string[] = [];
  const reading = (async () => {
    for await (const { key } of reopened.range('')) served.push(key);
  })();
  await expect(reading).rejects.toMatchObject({ code: 'CORRUPTED' });
  expect(served).toEqual(written.slice(0, 35).map(({ key }) => key));
});
