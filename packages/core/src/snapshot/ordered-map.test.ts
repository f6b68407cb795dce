import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareKeys } from './key-order.js';
import { OrderedMap } from './ordered-map.js';

type Pair = readonly [string, number];

const keys = fc.oneof(
  { weight: 6, arbitrary: fc.nat(3_000).map((index) => `k${index}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('k', 'k1', 'k12', '', '\uffff', '\ue000', '😀', '😀a', 'k😀', '\u{10ffff}'),
  },
);

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('set' as const), key: keys }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('delete' as const), key: keys }) },
  // Enough at once to split blocks, and to empty them.
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('fill' as const, 'drain' as const),
      from: fc.nat(3_000),
      count: fc.nat(900),
      stride: fc.constantFrom(-1, 1, 7),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('open' as const),
      prefix: keys,
      after: fc.option(keys, { nil: undefined }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('read' as const), range: fc.nat(4), count: fc.nat(400) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('leave' as const), range: fc.nat(4) }) },
);

function oracleRange(oracle: ReadonlyMap<string, number>, prefix: string, after?: string): Pair[] {
  return [...oracle]
    .filter(([key]) => key.startsWith(prefix) && (after === undefined || compareKeys(key, after) > 0))
    .sort(([a], [b]) => compareKeys(a, b));
}

/** A range that was opened, with what it must still yield. */
interface OpenRange {
  readonly entries: IterableIterator<Pair>;
  readonly expected: Pair[];
}

function read({ entries, expected }: OpenRange, count: number): void {
  for (let index = 0; index < count; index++) {
    const next = expected.shift();
    const result = entries.next();
    expect(result.done ? undefined : result.value).toEqual(next);
    if (next === undefined) return;
  }
}

describe('an ordered map', () => {
  test('equals a sorted array after any history, and so does every range as of its beginning', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40, size: 'max' }), (steps) => {
        const map = new OrderedMap<number>();
        const oracle = new Map<string, number>();
        const open: OpenRange[] = [];
        let value = 0;
        const set = (key: string): void => {
          value += 1;
          expect(map.set(key, value)).toBe(oracle.get(key));
          oracle.set(key, value);
        };
        const remove = (key: string): void => {
          expect(map.delete(key)).toBe(oracle.get(key));
          oracle.delete(key);
        };
        for (const action of steps) {
          switch (action.do) {
            case 'set':
              set(action.key);
              break;
            case 'delete':
              remove(action.key);
              break;
            case 'fill':
            case 'drain':
              for (let index = 0; index < action.count; index++) {
                const key = `k${(action.from + index * action.stride + 9_000) % 3_000}`;
                if (action.do === 'fill') set(key);
                else remove(key);
              }
              break;
            case 'open': {
              const range = {
                entries: map.range(action.prefix, action.after),
                expected: oracleRange(oracle, action.prefix, action.after),
              };
              read(range, 1);
              open.unshift(range);
              break;
            }
            case 'read': {
              const range = open[action.range];
              if (range !== undefined) read(range, action.count);
              break;
            }
            case 'leave':
              open[action.range]?.entries.return?.();
              open.splice(action.range, 1);
              break;
          }
          expect(map.size).toBe(oracle.size);
        }
        for (const range of open) read(range, Number.POSITIVE_INFINITY);
        expect([...map.range('')]).toEqual(oracleRange(oracle, ''));
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  test('a range is what it was at its first next, not when it was made', () => {
    const map = new OrderedMap<number>();
    map.set('a', 1);
    const range = map.range('');
    map.set('b', 2);
    expect(range.next().value).toEqual(['a', 1]);
    map.set('c', 3);
    expect([...range]).toEqual([['b', 2]]);
  });

  test('a range from past every prefix, from before it, and from a key with surrogates begins where it should', () => {
    const map = new OrderedMap<number>();
    for (const key of ['a', 'a.1', 'a.2', 'aa', 'b', '\uffff']) map.set(key, 1);
    const listed = (prefix: string, after?: string): string[] =>
      [...map.range(prefix, after)].map(([key]) => key);
    expect(listed('a.')).toEqual(['a.1', 'a.2']);
    expect(listed('a.', 'a.1')).toEqual(['a.2']);
    expect(listed('a.', 'a.15')).toEqual(['a.2']);
    expect(listed('a.', 'A')).toEqual(['a.1', 'a.2']);
    expect(listed('a.', 'b')).toEqual([]);
    expect(listed('', '\uffff')).toEqual([]);
    // U+1F600 comes after U+FFFF, though its first code unit comes before.
    expect(listed('', '😀')).toEqual([]);
    expect(listed('😀')).toEqual([]);
    map.set('😀', 1);
    expect(listed('b')).toEqual(['b']);
    expect(listed('', 'b')).toEqual(['\uffff', '😀']);
  });

  test('clearing empties it, and leaves open ranges alone', () => {
    const map = new OrderedMap<number>();
    for (let index = 0; index < 600; index++) map.set(`k${index}`, index);
    const range = map.range('');
    range.next();
    map.clear();
    expect(map.size).toBe(0);
    expect(map.get('k1')).toBeUndefined();
    expect([...map.range('')]).toEqual([]);
    expect([...range].length).toBe(599);
    map.set('k1', 1);
    expect([...map.range('')]).toEqual([['k1', 1]]);
  });

  test('tells an undefined value from a missing key', () => {
    const map = new OrderedMap<number | undefined>();
    map.set('a', undefined);
    expect(map.has('a')).toBe(true);
    expect(map.has('b')).toBe(false);
    map.delete('a');
    expect(map.has('a')).toBe(false);
    expect([...map.range('')]).toEqual([]);
  });
});
