import {
  type KvStore,
  type SnapshotStore,
  VersionToken,
  verifyFold,
  WatchCursor,
  watchApplied,
} from '@slipstream/core';
import { collect } from '@slipstream/core/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MemoryKvStore, MemorySnapshotStore } from '../src/index.js';

let bucket: MemoryKvStore;
let fold: SnapshotStore;

beforeEach(async () => {
  bucket = await MemoryKvStore.open({ name: 'scrubbed' });
  fold = await MemorySnapshotStore.open();
});

afterEach(async () => {
  await bucket.close();
  await fold.close();
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const plain = async (entries: AsyncIterable<{ key: string; value: Uint8Array }>): Promise<string[]> =>
  (await collect(entries)).map(({ key, value }) => `${key}=${new TextDecoder().decode(value)}`).sort();

/** Writes and deletes at every turn that a comparison gives it. */
function churning(store: KvStore, write: (turn: number) => Promise<unknown>): KvStore {
  let turn = 0;
  const { reader } = store;
  return {
    ...store,
    name: store.name,
    status: (options) => store.status(options),
    close: () => store.close(),
    [Symbol.asyncDispose]: () => store.close(),
    reader: {
      ...reader,
      get: (key, options) => reader.get(key, options),
      async entry(key, options) {
        await write(turn++);
        return reader.entry(key, options);
      },
      keys: (prefix, options) => reader.keys(prefix, options),
      async *scan(prefix, options) {
        for await (const entry of reader.scan(prefix, options)) {
          await write(turn++);
          yield entry;
        }
      },
    },
  };
}

test('writers and the watch continue during a comparison: what they change is not drift, what was wrong before is', async () => {
  for (let index = 0; index < 2_000; index++) await bucket.writer.put(`k.${index}`, bytes(`${index}`));
  const watch = watchApplied({ source: bucket, store: fold });
  await watch.ready;
  await watch.between((store) =>
    store?.apply(
      [{ kind: 'put', key: 'wrong', value: bytes('?'), version: VersionToken.fromRevision(7) }],
      WatchCursor.none,
    ),
  );
  const source = churning(bucket, async (turn) => {
    const key = `k.${(turn * 7) % 2_500}`;
    if (turn % 3 === 0) await bucket.writer.delete(key);
    else await bucket.writer.put(key, bytes(`again ${turn}`));
  });
  const report = await verifyFold(source, watch, { values: true, repair: true });
  expect(report.drift.map(({ kind, key }) => `${kind} ${key}`)).toEqual(['stale wrong']);
  await watch.waitFor(await bucket.writer.put('last', bytes('1')));
  expect(await plain(fold.range(''))).toEqual(await plain(bucket.reader.scan('')));
  await watch.stop();
});

test('a value that limits evicted under a live watch is found, and goes', async () => {
  await bucket.writer.put('evicted', bytes('1'));
  await bucket.writer.put('kept', bytes('1'));
  const watch = watchApplied({ source: bucket, store: fold });
  await watch.ready;
  await bucket.dropBefore(2n);
  expect((await verifyFold(bucket, watch)).counts).toMatchObject({ stale: 1 });
  await verifyFold(bucket, watch, { repair: true });
  expect(await plain(fold.range(''))).toEqual(['kept=1']);
  await watch.stop();
});

test('a fold of more names than are held at a time is compared in parts', { timeout: 60_000 }, async () => {
  const count = 100_600;
  for (let index = 0; index < count; index++) await bucket.writer.put(`k.${index}`, new Uint8Array(0));
  const watch = watchApplied({ source: bucket, store: fold });
  await watch.ready;
  await watch.stop();
  await fold.apply(
    ['a', 'z'].map((key) => ({ kind: 'put', key, value: bytes('?'), version: VersionToken.fromRevision(1) })),
    WatchCursor.none,
  );
  const report = await verifyFold(bucket, fold);
  expect(report.compared).toBe(count);
  expect(report.drift.map(({ kind, key }) => `${kind} ${key}`)).toEqual(['stale a', 'stale z']);
});
