import { describe, expect, test } from 'vitest';
import { TimeSlice } from '../lifetime/time-slice.js';
import { ManualClock, putUpdate } from '../testing/index.js';
import { sortUpdates } from './sort-updates.js';

const updatesOf = (keys: readonly string[]) => keys.map((key, index) => putUpdate(key, index + 1));

describe('sortUpdates', () => {
  test.each([0, 1, 2047, 2048, 2049, 50_000])(
    'of %i updates the last one of each key comes, in key order',
    async (count) => {
      const keys = Array.from({ length: count }, (_, index) => `key.${(index * 7919) % 5003}`);
      const expected = new Map(keys.map((key, index) => [key, BigInt(index + 1)]));
      const slice = new TimeSlice(new ManualClock(), async () => undefined);
      const sorted = await sortUpdates(updatesOf(keys), slice);
      expect(sorted.map(({ key, version }) => [key, version.revision])).toEqual(
        [...expected].sort(([a], [b]) => (a < b ? -1 : 1)),
      );
    },
  );

  test('a long sort pauses whenever its slice of time is over, and a short one never', async () => {
    let [now, pauses] = [0, 0];
    const hurried = { now: () => now++, after: () => () => undefined };
    const sort = (count: number) =>
      sortUpdates(
        updatesOf(Array.from({ length: count }, String)),
        new TimeSlice(hurried, async () => {
          pauses += 1;
        }),
      );
    await sort(2000);
    expect(pauses).toBe(0);
    await sort(40_000);
    expect(pauses).toBeGreaterThan(5);
  });
});
