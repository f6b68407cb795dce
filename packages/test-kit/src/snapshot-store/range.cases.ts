import assert from 'node:assert/strict';
import { compareKeys } from '@slipstream/core';
import { collect } from '@slipstream/core/testing';
import { foldOf, numbered } from './fold-of.js';
import type { SnapshotStoreCase } from './snapshot-store-case.js';

// The order of their UTF-8 bytes. UTF-16 code units would put U+1F600 (D83D DE00) before U+E000 and U+FFFF.
const inByteOrder = [
  'A',
  'a',
  'a.',
  'a.a',
  'a/',
  'aa',
  'b',
  'ÿ',
  'ā',
  '\ud7ff',
  '\ue000',
  '\uffff',
  '😀',
  '\u{10ffff}',
];

export const rangeCases: readonly SnapshotStoreCase[] = [
  {
    id: 'range/byte-order',
    guarantee:
      'entries are ordered by the UTF-8 bytes of their keys, also beyond the basic multilingual plane',
    async run(context) {
      const store = await foldOf(context, inByteOrder);
      assert.deepEqual(await collect(store.keys('')), inByteOrder);
      assert.deepEqual([...inByteOrder].sort(compareKeys), inByteOrder);
    },
  },
  {
    id: 'range/prefix-isolation',
    guarantee: 'a range holds exactly the keys that begin with its prefix',
    async run(context) {
      const keys = ['a', 'a-b', 'a.', 'a.b', 'a.b.c', 'a.bb', 'a/', 'aa', 'aa.b', 'b', 'b.a.b'];
      const store = await foldOf(context, keys);
      for (const prefix of ['', 'a', 'a.', 'a.b', 'a.b.', 'aa', 'b', 'c', '0', 'a.b.c.d']) {
        const expected = keys.filter((key) => key.startsWith(prefix));
        assert.deepEqual(await collect(store.keys(prefix)), expected, `prefix ${JSON.stringify(prefix)}`);
      }
    },
  },
  {
    id: 'range/highest-prefix',
    guarantee: 'a prefix that ends in the highest byte, code unit or code point ends where it should',
    async run(context) {
      const ends = ['\u007f', '\u00ff', '\ud7ff', '\uffff', '\u{10ffff}'];
      const keys = ends.flatMap((end) => [end, `${end}a`, `x${end}`, `x${end}${end}`, `x${end}z`]);
      const store = await foldOf(context, [...keys, 'x', 'y']);
      for (const prefix of ends.flatMap((end) => [end, `x${end}`])) {
        const expected = keys.filter((key) => key.startsWith(prefix)).sort(compareKeys);
        assert.deepEqual(await collect(store.keys(prefix)), expected, `prefix ${JSON.stringify(prefix)}`);
      }
    },
  },
  {
    id: 'range/unicode',
    guarantee: 'keys of any script are returned as written, neither normalised nor case-folded',
    async run(context) {
      const keys = [
        'é',
        'e\u0301',
        'É',
        'ß',
        'SS',
        'ﬁ',
        'fi',
        'İ',
        'i',
        '日本.語',
        'ключ.á',
        '👩‍👩‍👧',
        'a\u0000b',
        'a b',
      ];
      const store = await foldOf(context, keys);
      assert.deepEqual(await collect(store.keys('')), [...keys].sort(compareKeys));
      for (const key of keys) assert.equal((await store.get(key))?.key, key);
    },
  },
  {
    id: 'range/paging',
    guarantee: 'pages of any size, read with after and limit, add up to the whole range',
    async run(context) {
      const keys = numbered(50);
      const store = await foldOf(context, ['j', ...keys, 'l']);
      for (const limit of [1, 2, 7, 49, 50, 51]) {
        const paged: string[] = [];
        for (let after: string | undefined; ; after = paged.at(-1)) {
          const page = await collect(store.range('k.', { after, limit }));
          assert.ok(page.length <= limit, `a page of ${page.length} for a limit of ${limit}`);
          const [first] = page;
          if (first === undefined) break;
          assert.ok(
            after === undefined || compareKeys(first.key, after) > 0,
            'a page begins past the one before it',
          );
          paged.push(...page.map(({ key }) => key));
        }
        assert.deepEqual(paged, keys, `pages of ${limit}`);
      }
    },
  },
  {
    id: 'range/after',
    guarantee: 'after need not be an existing key or in the range: exactly the keys past it are yielded',
    async run(context) {
      const store = await foldOf(context, ['a', 'b.a', 'b.c', 'b.e', 'c']);
      const keysAfter = (after: string): Promise<string[]> => collect(store.keys('b.', { after }));
      assert.deepEqual(await keysAfter('b.b'), ['b.c', 'b.e']);
      assert.deepEqual(await keysAfter('b.c'), ['b.e']);
      assert.deepEqual(await keysAfter('a'), ['b.a', 'b.c', 'b.e']);
      assert.deepEqual(await keysAfter(''), ['b.a', 'b.c', 'b.e']);
      assert.deepEqual(await keysAfter('b.'), ['b.a', 'b.c', 'b.e']);
      assert.deepEqual(await keysAfter('b.e'), []);
      assert.deepEqual(await keysAfter('c'), []);
    },
  },
  {
    id: 'range/limit',
    guarantee:
      'limit bounds the number of entries, 0 yields none, and anything but a whole number is a RangeError',
    async run(context) {
      const store = await foldOf(context, numbered(5));
      assert.equal((await collect(store.range('', { limit: 0 }))).length, 0);
      assert.equal((await collect(store.range('', { limit: 3 }))).length, 3);
      assert.equal((await collect(store.range('', { limit: 50 }))).length, 5);
      for (const limit of [-1, 0.5, Number.NaN]) {
        await assert.rejects(collect(store.range('', { limit })), RangeError, `limit ${limit}`);
      }
    },
  },
  {
    id: 'range/keys-agree',
    guarantee: 'keys yields the keys of range, for every combination of its options',
    async run(context) {
      const store = await foldOf(context, [...numbered(20), 'l', 'm']);
      for (const options of [{}, { after: 'k.003' }, { limit: 4 }, { after: 'k.015', limit: 9 }]) {
        const ranged = (await collect(store.range('k.', options))).map(({ key }) => key);
        assert.deepEqual(await collect(store.keys('k.', options)), ranged);
        assert.ok(ranged.length > 0, 'there is something to compare');
      }
    },
  },
];
