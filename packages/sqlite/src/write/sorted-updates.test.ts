import { putUpdate } from '@slipstream/core/testing';
import { describe, expect, test } from 'vitest';
import { sortedUpdates } from './sorted-updates.js';

const sorted = async (keys: readonly string[], pause = async () => {}) => {
  const updates = keys.map((key, index) => putUpdate(key, index + 1));
  return [...(await sortedUpdates(updates, pause))];
};

describe('sortedUpdates', () => {
  test.each([0, 1, 4095, 4096, 4097, 50_000])(
    '%i updates come by key, those of one key in the order they came',
    async (count) => {
      const keys = Array.from({ length: count }, (_, index) => `key.${(index * 7919) % 1009}`);
      const expected = keys
        .map((key, index) => [key, BigInt(index + 1)] as const)
        .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
      const found = (await sorted(keys)).map(({ key, version }) => [key, version.revision]);
      expect(found).toEqual(expected);
    },
  );

  test('pauses between the parts of a long sort, and not in a short one', async () => {
    let pauses = 0;
    const pause = async (): Promise<void> => {
      pauses += 1;
    };
    await sorted(Array.from({ length: 4000 }, String), pause);
    expect(pauses).toBe(0);
    await sorted(Array.from({ length: 40_000 }, String), pause);
    expect(pauses).toBeGreaterThan(5);
  });
});
