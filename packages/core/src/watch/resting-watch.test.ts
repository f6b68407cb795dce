import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { WatchCursor } from '../cursor/watch-cursor.js';
import type { KvUpdate } from '../kv/kv-entry.js';
import type { KvWatchOptions, WatchChunk } from '../kv/kv-watcher.js';
import { openScratchFold, ScratchMedium } from '../testing/scratch-fold.js';
import { ScriptedSource } from '../testing/scripted-source.js';
import { putUpdate } from '../testing/updates.js';
import { watchApplied } from './watch-applied.js';

const ATTEMPTS = 100;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Hands over one chunk and keeps nothing of it; then there is nothing more. */
function oneChunk({ signal }: KvWatchOptions = {}): AsyncIterable<WatchChunk> {
  let isHandedOver = false;
  const next = async (): Promise<IteratorResult<WatchChunk>> => {
    if (isHandedOver) {
      return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    }
    isHandedOver = true;
    const updates = [putUpdate('a', 1), putUpdate('b', 2)];
    return { done: false, value: { updates, cursor: WatchCursor.none, pending: 0 } };
  };
  return { [Symbol.asyncIterator]: () => ({ next }) };
}

test.for([false, true])(
  'a watch that waits for more keeps nothing of what it has applied (fold: %s)',
  async (hasFold) => {
    const source = new ScriptedSource();
    source.watcher.watch = (_, options) => oneChunk(options);
    const store = hasFold ? await openScratchFold(new ScratchMedium()) : undefined;
    const applied: WeakRef<readonly KvUpdate[]>[] = [];
    await using watch = watchApplied({
      source,
      store,
      apply: (batch) => void applied.push(new WeakRef(batch)),
    });
    await watch.ready;
    expect(applied).toHaveLength(1);
    expect(await isReleased(applied[0])).toBe(true);
  },
);

test('a watch that waits for more keeps nothing of what a visitor has returned', async () => {
  const source = new ScriptedSource();
  source.watcher.watch = (_, options) => oneChunk(options);
  await using watch = watchApplied({ source });
  await watch.ready;
  const visit = async (): Promise<WeakRef<object>> => new WeakRef(await watch.between(() => ({ a: 1 })));
  expect(await isReleased(await visit())).toBe(true);
});

/** A boolean: what an assertion is given, its error keeps. */
async function isReleased(kept: WeakRef<object> | undefined): Promise<boolean> {
  for (let attempt = 0; attempt < ATTEMPTS && kept?.deref() !== undefined; attempt++) {
    await setImmediate();
    collectGarbage();
  }
  return kept?.deref() === undefined;
}
