import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { watchApplied } from '@slipstream/core';
import { seededRandom } from '@slipstream/core/testing';
import { type TemporaryDirectory, temporaryDirectory } from '@slipstream/test-kit';
import { expect, test } from 'vitest';
import { type DurableFold, durableFoldsFor } from './support/durable-folds.js';
import { type FollowTask, NodeProcess } from './support/node-process.js';
import { describeOnServers } from './support/server-series.js';
import { useServer } from './support/test-bucket.js';
import { WrittenHistory } from './support/written-history.js';

const LIVES = 4;
const KEYS = 600;
/** Every version stays in the log, so each has to be delivered. */
const EVERY_VERSION = 64;
const MAX_WRITES = KEYS * EVERY_VERSION;
const WRITES_AT_ONCE = 10;
const PAUSE_MS = 10;
const LONGEST_LIFE_MS = 150;
const SEED = Number(process.env['SLIPSTREAM_SEED'] ?? 1);

/** Writes and deletes without an end; resolves when it is stopped. */
async function churn(history: WrittenHistory, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && history.head + WRITES_AT_ONCE <= MAX_WRITES) {
    for (let count = 0; count < WRITES_AT_ONCE; count++) {
      const key = `k.${history.head % KEYS}`;
      if (history.head % 7 === 3) await history.delete(key);
      else await history.put(key, Buffer.from(`value ${history.head}`));
    }
    await setTimeout(PAUSE_MS);
  }
}

/** A node's fold, and what has to come next. */
interface Place {
  readonly fold: DurableFold;
  readonly directory: TemporaryDirectory;
  readonly task: FollowTask;
  cursor: number;
}

describeOnServers('a node that is killed again and again', (series) => {
  const at = useServer(series);

  test('resumes right after its cursor each time, and ends equal to the bucket, deletes included', async () => {
    const history = new WrittenHistory(await at.bucket({ config: { history: EVERY_VERSION } }));
    await using root = await temporaryDirectory();
    const places = durableFoldsFor(series.series).map((fold): Place => {
      const directory = { path: join(root.path, fold.name), [Symbol.asyncDispose]: async () => undefined };
      const task = { url: at.server.url, bucket: history.bucket.name, fold: fold.name, path: directory.path };
      return { fold, directory, task, cursor: 0 };
    });

    // A fold without a cursor is sent the state of the bucket; these have one, and are sent every change.
    await history.put('k.first', Buffer.from('first'));
    for (const place of places) {
      await using store = await place.fold.open(place.directory);
      await using watch = watchApplied({ source: history.bucket, store });
      await watch.ready;
      place.cursor = history.head;
    }

    /** One life, from the start of a process to its kill. */
    async function live(place: Place, what: string, end: (node: NodeProcess) => Promise<unknown>) {
      const { fold, directory, task, cursor } = place;
      await using node = NodeProcess.start(task);
      await end(node);
      await node.kill();
      const survived = await history.expectPrefix(fold, directory);
      expect(node.said('opened')[0]?.cursor, what).toBe(cursor);
      expect(survived, what).toBeGreaterThanOrEqual(node.cursor);
      // No gap, and nothing twice: the tail that was applied and not committed comes again in the next life.
      const odd = node.applied.findIndex((revision, index) => revision !== cursor + 1 + index);
      expect(odd, `${what}: the index of an update that was missed, or came twice`).toBe(-1);
      expect(cursor + node.applied.length, what).toBeGreaterThanOrEqual(survived);
      place.cursor = survived;
    }

    const writing = new AbortController();
    const writer = churn(history, writing.signal);
    const lives = places.map(async (place, index) => {
      const random = seededRandom(SEED + index);
      for (let life = 1; life <= LIVES; life++) {
        const what = `the ${place.fold.name} fold in life ${life} (seed ${SEED})`;
        await live(place, what, async (node) => {
          await node.until(() => node.cursor > place.cursor, `a commit of ${what}`);
          await setTimeout(random() * LONGEST_LIFE_MS);
        });
      }
    });
    await Promise.all(lives).finally(() => writing.abort());
    await writer;
    const lastLives = places.map(async (place) => {
      const what = `the ${place.fold.name} fold in its last life`;
      await live(place, what, (node) =>
        node.until(() => node.cursor === history.head, `the head in ${what}`),
      );
      expect(place.cursor, what).toBe(history.head);
    });
    await Promise.all(lastLives);
    expect(history.keysAt(history.head).length).toBeLessThan(KEYS);
  }, 120_000);
});
