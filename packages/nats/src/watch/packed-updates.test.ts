import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type KvUpdate, VersionToken } from '@slipstream/core';
import { expect, test } from 'vitest';
import { arrivedPut } from '../../test/support/arrived-put.js';
import { type ArrivedUpdate, PackedUpdates } from './packed-updates.js';
import { ValueSlab } from './value-slab.js';

/** As objects they are some 300. */
const HEAP_BYTES_PER_UPDATE = 50;
const MANY = 50_000;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const sameKey = (tokens: string): string => tokens;

function packed(updates: readonly ArrivedUpdate[]): PackedUpdates {
  const all = new PackedUpdates(new ValueSlab());
  for (const update of updates) all.add(update);
  return all;
}

/** Updates of every size, each surrounded by other bytes. */
function arrived(count: number): { arriving: ArrivedUpdate[]; expected: KvUpdate[] } {
  const arriving: ArrivedUpdate[] = [];
  const expected: KvUpdate[] = [];
  for (let index = 0; index < count; index++) {
    const key = `key.${index}.${'k'.repeat(index % 70)}`;
    const value = Buffer.alloc((index * 37) % 3_000, index % 251);
    const line = Buffer.from(`$KV.b.${key} 7`);
    const body = Buffer.concat([Buffer.from('<<'), value, Buffer.from('>>')]);
    const sequence = 2 ** 40 + index;
    const position = { kind: 'put', sequence, line, keyStart: 6, keyEnd: 6 + key.length } as const;
    arriving.push({ ...position, body, valueStart: 2, valueEnd: 2 + value.length });
    const version = VersionToken.fromRevision(sequence);
    expected.push({ kind: 'put', key, value: new Uint8Array(value), version });
  }
  return { arriving, expected };
}

test('what is unpacked is what was added, however much it is, and not a view of what it was received in', () => {
  const { arriving, expected } = arrived(5_000);
  const updates = packed(arriving);
  expect(updates.count).toBe(5_000);
  expect(updates.bytes).toBe(expected.reduce((sum, { key, value }) => sum + key.length + value.length, 0));
  for (const { line, body } of arriving) {
    line.fill(0);
    body.fill(0);
  }
  expect(updates.unpack(sameKey)).toEqual(expected);
});

test('each kind of update keeps its kind', () => {
  const kinds = ['put', 'delete', 'purge'] as const;
  const updates = packed(kinds.map((kind, index) => ({ ...arrivedPut('k', index), kind })));
  expect(updates.unpack(sameKey).map(({ kind }) => kind)).toEqual(kinds);
});

test('a delete that comes first has no memory, and is added like any other', () => {
  const batch = new PackedUpdates(new ValueSlab());
  for (const [index, length] of [0, 5, 0, 3_000].entries()) {
    batch.add(arrivedPut(`k${index}`, index + 1, Buffer.alloc(length, index)));
  }
  const all = packed([arrivedPut('before', 9)]);
  all.addAll(batch);
  expect(all.unpack(sameKey).map(({ key, value }) => `${key} ${value.length}`)).toEqual([
    'before 1',
    'k0 0',
    'k1 5',
    'k2 0',
    'k3 3000',
  ]);
});

test('an empty value is empty', () => {
  const [update] = packed([arrivedPut('k', 1, Buffer.alloc(0))]).unpack(sameKey);
  expect(update?.value).toEqual(new Uint8Array(0));
});

test('what is not a key is left out', () => {
  const updates = packed([arrivedPut('a', 1), arrivedPut('!', 2), arrivedPut('b', 3)]);
  const unpacked = updates.unpack((tokens) => (tokens === '!' ? undefined : `key ${tokens}`));
  expect(unpacked.map(({ key, version }) => [key, version.revision])).toEqual([
    ['key a', 1n],
    ['key b', 3n],
  ]);
});

test('updates are added to others in their order', () => {
  const { arriving, expected } = arrived(1_000);
  const first = packed(arriving.slice(0, 300));
  first.addAll(packed(arriving.slice(300)));
  expect(first.unpack(sameKey)).toEqual(expected);
});

test.each([1, 200, 5_000])('after %i were forgotten, others take their place', (count) => {
  const { arriving, expected } = arrived(count);
  const updates = packed(arriving);
  const before = updates.unpack(sameKey);
  updates.clear();
  expect([updates.count, updates.bytes, updates.unpack(sameKey)]).toEqual([0, 0, []]);
  updates.add(arrivedPut('other', 9));
  expect(updates.unpack(sameKey)).toMatchObject([{ key: 'other' }]);
  expect(before).toEqual(expected);
});

test('updates that wait take next to nothing of the heap', () => {
  const updates = packed([]);
  const update = arrivedPut('key.'.repeat(15), 1, Buffer.alloc(200));
  const heapUsed = (): number => {
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  const before = heapUsed();
  for (let sequence = 1; sequence <= MANY; sequence++) updates.add({ ...update, sequence });
  expect((heapUsed() - before) / MANY).toBeLessThan(HEAP_BYTES_PER_UPDATE);
  expect(updates.count).toBe(MANY);
});
