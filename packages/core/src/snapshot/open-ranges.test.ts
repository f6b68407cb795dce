import { expect, test } from 'vitest';
import { closedError } from '../errors/slipstream-error.js';
import type { KvUpdate } from '../kv/kv-entry.js';
import { TimeSlice } from '../lifetime/time-slice.js';
import {
  collect,
  cursorAt,
  ManualClock,
  openScratchFold,
  putUpdate,
  settlePromises,
} from '../testing/index.js';
import { OpenRanges, type RangeOwner } from './open-ranges.js';
import type { SnapshotDriver } from './snapshot-driver.js';

const entries: readonly KvUpdate[] = ['a', 'b', 'c', 'd', 'e'].map((key, index) => putUpdate(key, index + 1));

const owner: RangeOwner = {
  assertOpen: () => undefined,
  failure: (error, what) =>
    error instanceof RangeError ? error : new Error(`${what} failed`, { cause: error }),
};

/** Ranges of an engine that reads two entries at a time, and a record of them. */
function pagedRanges(): { ranges: OpenRanges; pagesRead: number[]; freed: () => number; close: () => void } {
  const pagesRead: number[] = [];
  let freed = 0;
  let closed = false;
  const driver: Partial<SnapshotDriver> = {
    async *rangePages() {
      try {
        for (let at = 0; at < entries.length; at += 2) {
          pagesRead.push(at);
          yield entries.slice(at, at + 2);
        }
      } finally {
        freed += 1;
      }
    },
  };
  const ranges = new OpenRanges(driver as SnapshotDriver, {
    assertOpen() {
      if (closed) throw closedError('fold');
    },
    failure: (error) => error,
  });
  const close = (): void => {
    closed = true;
  };
  return { ranges, pagesRead, freed: () => freed, close };
}

test('pages are read as they are asked for, and yield every entry', async () => {
  const { ranges, pagesRead, freed } = pagedRanges();
  expect(await collect(ranges.iteratePages(''))).toEqual(entries);
  expect(pagesRead).toEqual([0, 2, 4]);
  expect(freed()).toBe(1);
});

test('a limit, and leaving the loop, release the pages without reading further', async () => {
  const { ranges, pagesRead, freed } = pagedRanges();
  expect(await collect(ranges.iteratePages('', { limit: 2 }))).toHaveLength(2);
  for await (const { key } of ranges.iteratePages('')) if (key === 'b') break;
  expect(pagesRead).toEqual([0, 0]);
  expect(freed()).toBe(2);
  expect(await collect(ranges.iteratePages('', { limit: 0 }))).toEqual([]);
  expect(freed()).toBe(2);
});

test('closing releases open iterations, and their readers find the fold closed', async () => {
  const { ranges, freed, close } = pagedRanges();
  const standing = ranges.iteratePages('')[Symbol.asyncIterator]();
  await standing.next();
  close();
  await ranges.close();
  expect(freed()).toBe(1);
  await expect(standing.next()).rejects.toMatchObject({ code: 'CLOSED' });
});

test('an engine that iterates synchronously serves both', async () => {
  await using store = await openScratchFold();
  await store.apply(entries, cursorAt(5));
  expect((await collect(store.range('', { after: 'b', limit: 2 }))).map(({ key }) => key)).toEqual([
    'c',
    'd',
  ]);
  expect([...(store.sync?.range?.('') ?? [])]).toHaveLength(5);
});

test('a long iteration of a synchronous engine leaves the event loop its turns, a short one takes none', async () => {
  const clock = new ManualClock(0);
  let turns = 0;
  const driver: Partial<SnapshotDriver> = {
    *range(_prefix, { limit = 0 }) {
      for (let at = 0; at < limit; at++) {
        // A millisecond an entry.
        clock.leap(1);
        yield entries[0] as KvUpdate;
      }
    },
    *keys(prefix, options) {
      for (const { key } of this.range?.(prefix, options) ?? []) yield key;
    },
  };
  const yieldToEventLoop = async (): Promise<void> => {
    turns += 1;
    await settlePromises();
  };
  const ranges = new OpenRanges(driver as SnapshotDriver, owner, new TimeSlice(clock, yieldToEventLoop));
  expect(await collect(ranges.iteratePages('', { limit: 31 }))).toHaveLength(31);
  expect(turns).toBe(0);
  expect(await collect(ranges.iteratePages('', { limit: 320 }))).toHaveLength(320);
  expect(turns).toBe(10);
  expect(await collect(ranges.iterateKeyPages('', { limit: 320 }))).toHaveLength(320);
  expect(turns).toBe(20);
  delete driver.keys;
  expect(await collect(ranges.iterateKeyPages('', { limit: 320 }))).toHaveLength(320);
  expect(turns).toBe(30);
});

test('timers fire while a fold in memory is read again and again', async () => {
  await using store = await openScratchFold();
  const many = Array.from({ length: 1000 }, (_, index) => putUpdate(`k${index}`, index + 1));
  await store.apply(many, cursorAt(1000));
  let fired = false;
  const timer = setTimeout(() => {
    fired = true;
  });
  // Without turns of the event loop it would never end.
  while (!fired) for await (const _ of store.range('')) if (fired) break;
  clearTimeout(timer);
  expect(fired).toBe(true);
});

test('an engine that reads keys without values is asked for those, within the same rules', async () => {
  const asked: unknown[] = [];
  let freed = 0;
  const driver: Partial<SnapshotDriver> = {
    *keys(prefix, options) {
      asked.push(prefix, options);
      try {
        yield* ['a', 'b', 'c'];
      } finally {
        freed += 1;
      }
    },
  };
  const ranges = new OpenRanges(driver as SnapshotDriver, owner);
  expect([...ranges.iterateKeys('p.', { after: 'p.a', limit: 2 })]).toEqual(['a', 'b']);
  expect(asked).toEqual(['p.', { after: 'p.a', limit: 2 }]);
  expect(freed).toBe(1);
  expect(() => [...ranges.iterateKeys('p.', { limit: -1 })]).toThrow(RangeError);
});

test('an error of the engine ends the range and releases what it holds', () => {
  let freed = 0;
  const driver: Partial<SnapshotDriver> = {
    range: () => ({
      [Symbol.iterator]: () => ({
        next: () => {
          throw new Error('the disk');
        },
        return: () => {
          freed += 1;
          return { done: true, value: undefined };
        },
      }),
    }),
  };
  const range = new OpenRanges(driver as SnapshotDriver, owner).iterate('');
  expect(() => range.next()).toThrow(
    new Error('reading the range "" failed', { cause: new Error('the disk') }),
  );
  expect(freed).toBe(1);
  expect(range.next()).toEqual({ done: true, value: undefined });
});

test('closing ends every iteration, also after one that throws', async () => {
  const freed: string[] = [];
  const driver: Partial<SnapshotDriver> = {
    range: (prefix) => ({
      [Symbol.iterator]: () => ({
        next: () => ({ done: false, value: entries[0] as KvUpdate }),
        return: () => {
          freed.push(prefix);
          if (prefix === 'a') throw new Error('the disk');
          return { done: true, value: undefined };
        },
      }),
    }),
  };
  const ranges = new OpenRanges(driver as SnapshotDriver, owner);
  for (const prefix of ['a', 'b']) ranges.iterate(prefix).next();
  await expect(ranges.close()).rejects.toThrow('the disk');
  expect(freed).toEqual(['a', 'b']);
});

test.each([-1, 1.5, Number.NaN])('a limit of %s is refused', async (limit) => {
  const { ranges } = pagedRanges();
  await expect(collect(ranges.iteratePages('', { limit }))).rejects.toThrow(RangeError);
});
