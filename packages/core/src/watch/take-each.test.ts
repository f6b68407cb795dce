import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test, vi } from 'vitest';
import { takeEach } from './take-each.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

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

test('keeps nothing of what was taken while it waits for more', async () => {
  const more = Promise.withResolvers<IteratorResult<object>>();
  let taken: WeakRef<object> | undefined;
  let handedOut = false;
  const next = (): Promise<IteratorResult<object>> => {
    if (handedOut) return more.promise;
    handedOut = true;
    return Promise.resolve({ done: false, value: {} });
  };
  const taking = takeEach({ [Symbol.asyncIterator]: () => ({ next }) }, async (value) => {
    taken = new WeakRef(value);
  });
  await vi.waitFor(
    async () => {
      await setImmediate();
      collectGarbage();
      expect(taken).toBeDefined();
      expect(taken?.deref()).toBeUndefined();
    },
    { timeout: 30_000 },
  );
  more.resolve({ done: true, value: undefined });
  await taking;
});
