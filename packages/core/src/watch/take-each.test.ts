import { setImmediate } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { takeEach } from './take-each.js';

test('takes one value after the other, each only when the one before was taken', async () => {
  const log: string[] = [];
  async function* values(): AsyncGenerator<number> {
    for (const value of [1, 2, 3]) {
      log.push(`made ${value}`);
      yield value;
    }
  }
  await takeEach(values(), async (value) => {
    await setImmediate();
    log.push(`took ${value}`);
  });
  expect(log).toEqual(['made 1', 'took 1', 'made 2', 'took 2', 'made 3', 'took 3']);
});

test.each([undefined, new Error('it cannot end')])(
  'leaves where taking failed, and fails with that, even when leaving fails with: %s',
  async (failure) => {
    let hasLeft = false;
    async function* values(): AsyncGenerator<number> {
      try {
        yield 1;
      } finally {
        hasLeft = true;
        // biome-ignore lint/correctness/noUnsafeFinally: an iterator that fails to end is what is tested
        if (failure !== undefined) throw failure;
      }
    }
    const taking = takeEach(values(), () => Promise.reject(new Error('not this one')));
    await expect(taking).rejects.toThrow('not this one');
    expect(hasLeft).toBe(true);
  },
);

test('fails with what the values end with, and does not end them once more', async () => {
  const leave = vi.fn();
  const broken = { next: () => Promise.reject(new Error('broken')), return: leave };
  const taking = takeEach({ [Symbol.asyncIterator]: () => broken }, async () => undefined);
  await expect(taking).rejects.toThrow('broken');
  expect(leave).not.toHaveBeenCalled();
});
