import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareKeys } from '../key-order.js';
import { NOWHERE } from './entry-table.js';
import { NO_ENTRY } from './hash-table.js';
import { KeyIndex } from './key-index.js';

type Place = readonly [key: string, location: number, length: number];

/** Many keys with long prefixes in common, of several lengths, with and without bytes that are special. */
function keyOf(family: number, number: number): string {
  switch (family) {
    case 0:
      return `services.${number % 7}.instances.of-some-length.${number}`;
    case 1:
      return 'a'.repeat(1 + (number % 300));
    case 2:
      return `k${number}`;
    case 3:
      return `${'\0'.repeat(number % 9)}${number % 50 === 0 ? '' : number}.`;
    default:
      return `ключ😀\uffff${number % 90}\u{10ffff}${number}`;
  }
}

const family = fc.nat(4);
const key = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(family, fc.nat(5_000)).map(([of, number]) => keyOf(of, number)) },
  { weight: 1, arbitrary: fc.constantFrom('k', 'a', '\0', '\uffff', '\ue000', '😀', '\ufeff', '\ufeffk1') },
);
const prefix = fc.oneof(
  key.map((text) => text.slice(0, 3)).filter((text) => text.isWellFormed()),
  key,
  fc.constantFrom('', 'services.', 'services.3.', 'aaa'),
);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('put' as const, 'remove' as const), key }) },
  // Enough at once to split blocks, to empty them, and to fill pages.
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('fill' as const, 'fill' as const, 'drain' as const),
      family,
      from: fc.nat(5_000),
      count: fc.nat(2_500),
      stride: fc.constantFrom(-1, 1, 7, 1_237),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('open' as const),
      prefix,
      after: fc.option(key, { nil: undefined }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('read' as const), range: fc.nat(4), count: fc.nat(900) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('leave' as const), range: fc.nat(4) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'clear' as const }) },
);

/** A range that was opened, with what it must still yield. */
interface OpenRange {
  readonly entries: Iterator<Place>;
  readonly expected: Place[];
}

function* places(index: KeyIndex, under: string, after?: string): Generator<Place, void, undefined> {
  for (const { key: found, location, length } of index.range(under, after)) yield [found, location, length];
}

function oracleRange(oracle: ReadonlyMap<string, Place>, under: string, after?: string): Place[] {
  return [...oracle.values()]
    .filter(([each]) => each.startsWith(under) && (after === undefined || compareKeys(each, after) > 0))
    .sort(([left], [right]) => compareKeys(left, right));
}

function read({ entries, expected }: OpenRange, count: number): void {
  for (let index = 0; index < count; index++) {
    const next = expected.shift();
    const result = entries.next();
    expect(result.done ? undefined : result.value).toEqual(next);
    if (next === undefined) return;
  }
}

describe('an index of keys', () => {
  test('equals a sorted array after any history, and so does every range as of its beginning', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40, size: 'max' }), (steps) => {
        const index = new KeyIndex();
        const oracle = new Map<string, Place>();
        const open: OpenRange[] = [];
        let number = 0;
        const put = (each: string): void => {
          number += 1;
          // Locations of any size up to the limit.
          const place: Place = [
            each,
            number % 3 === 0 ? Number.MAX_SAFE_INTEGER - number : number,
            0xffff_ffff - number,
          ];
          const entry = index.claim(each);
          expect(index.locationOf(entry)).toBe(oracle.get(each)?.[1] ?? NOWHERE);
          index.place(entry, place[1], place[2]);
          oracle.set(each, place);
        };
        const remove = (each: string): void => {
          const entry = index.find(each);
          expect(entry !== NO_ENTRY).toBe(oracle.delete(each));
          if (entry !== NO_ENTRY) index.remove(entry);
        };
        for (const action of steps) {
          switch (action.do) {
            case 'put':
              put(action.key);
              break;
            case 'remove':
              remove(action.key);
              break;
            case 'fill':
            case 'drain':
              for (let count = 0; count < action.count; count++) {
                const each = keyOf(action.family, Math.abs(action.from + count * action.stride) % 5_000);
                if (action.do === 'fill') put(each);
                else remove(each);
              }
              break;
            case 'open': {
              const range = {
                entries: places(index, action.prefix, action.after),
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
            case 'clear':
              index.clear();
              oracle.clear();
              break;
          }
          expect(index.size).toBe(oracle.size);
        }
        for (const range of open) read(range, Number.POSITIVE_INFINITY);
        const all = oracleRange(oracle, '');
        expect([...places(index, '')]).toEqual(all);
        expect(index.keyBytes).toBe(Buffer.byteLength(all.map(([each]) => each).join('')));
        for (const [each, location, length] of all) {
          const entry = index.find(each);
          expect([index.locationOf(entry), index.lengthOf(entry)]).toEqual([location, length]);
        }
      }),
      { numRuns: 40, seed: 1 },
    );
  });
});
