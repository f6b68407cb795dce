import { expect, test } from 'vitest';
import { digestTable } from './table-digest.js';

const table = [
  { key: 'a', revision: 1, value: 'one' },
  { key: 'b', revision: 2, value: '' },
];

test('text and its bytes have one digest', () => {
  const bytes = table.map((entry) => ({ ...entry, value: new TextEncoder().encode(entry.value) }));
  expect(digestTable(bytes)).toEqual(digestTable(table));
  expect(digestTable(table).entries).toBe(2);
});

test.each([
  ['a value', [{ key: 'a', revision: 1, value: 'two' }, table[1]]],
  ['a revision', [{ key: 'a', revision: 3, value: 'one' }, table[1]]],
  ['a key', [{ key: 'aa', revision: 1, value: 'one' }, table[1]]],
  ['a missing entry', [table[0]]],
  ['an entry that looks like two', [{ key: 'a', revision: 1, value: 'oneb 2 0\n' }]],
])('%s makes another digest', (_, other) => {
  const entries = other.flatMap((entry) => entry ?? []);
  expect(digestTable(entries).sha256).not.toBe(digestTable(table).sha256);
});
