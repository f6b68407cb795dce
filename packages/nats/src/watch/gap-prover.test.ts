import { SlipstreamError, WatchCursor } from '@slipstream/core';
import { ManualClock, settlePromises } from '@slipstream/core/testing';
import { describe, expect, test } from 'vitest';
import { arrivedPut } from '../../test/support/arrived-put.js';
import type { StreamInfo } from '../jetstream/jetstream-types.js';
import { ChunkQueue } from './chunk-queue.js';
import { EvictionGuard } from './eviction-guard.js';
import { type Bookmark, GapProver } from './gap-prover.js';
import { MarkerGuard } from './marker-guard.js';

const INTERVAL_MS = 50;
const RETRY_MS = 1_000;
const MAX_FAILURES = 5;

/** A log that drops the oldest, so that its front proves a gap harmless or a loss. */
function logFrom(first: number, last = 1_000): StreamInfo {
  return {
    config: { name: 'KV_b', max_bytes: 1_000, discard: 'old' },
    created: '2030-01-01T00:00:00Z',
    ts: '2030-01-02T00:00:00Z',
    state: { messages: last - first + 1, bytes: 1_000, first_seq: first, last_seq: last },
  };
}

const noAnswer = () => new SlipstreamError('TIMEOUT', 'no answer');
const gapAfter = (from: number) => ({ from, fromAt: 0 });

/** A prover whose looks are answered by hand, and everything that came of it. */
class Scene {
  readonly clock = new ManualClock();
  readonly looks: PromiseWithResolvers<StreamInfo>[] = [];
  readonly proved: (Bookmark | undefined)[] = [];
  readonly lost: number[] = [];
  readonly failures: unknown[] = [];
  readonly ending = new AbortController();
  readonly queue = new ChunkQueue({ answerFlowControl: () => undefined, keyOf: (tokens) => tokens });
  readonly prover: GapProver;

  constructor() {
    const log = logFrom(1, 100);
    this.queue.begin('epoch', WatchCursor.none);
    this.prover = new GapProver({
      guard: new EvictionGuard(log, 100),
      markers: new MarkerGuard(log, 0),
      queue: this.queue,
      clock: this.clock,
      signal: this.ending.signal,
      readLog: () => {
        const answer = Promise.withResolvers<StreamInfo>();
        this.looks.push(answer);
        return answer.promise;
      },
      onProved: (bookmark) => void this.proved.push(bookmark),
      onLost: ({ from }) => void this.lost.push(from),
      onFailed: (error) => void this.failures.push(error),
    });
  }

  arrive(revision: number): void {
    this.queue.advance(revision, revision, 1);
    this.queue.push(arrivedPut(`k${revision}`, revision));
  }

  /** The keys that are handed over now. */
  take(): string[] {
    const keys: string[] = [];
    for (let chunk = this.queue.take(); chunk !== undefined; chunk = this.queue.take()) {
      keys.push(...chunk.updates.map(({ key }) => key));
    }
    return keys;
  }

  async refuse(error: Error): Promise<void> {
    this.looks.at(-1)?.reject(error);
    await settlePromises();
  }

  async answer(log: StreamInfo): Promise<void> {
    this.looks.at(-1)?.resolve(log);
    await settlePromises();
  }
}

describe('GapProver', () => {
  test('what follows a gap is handed over only when a look has proved the gap harmless', async () => {
    const scene = new Scene();
    scene.arrive(5);
    scene.prover.hold(gapAfter(5), false);
    scene.arrive(9);
    await settlePromises();
    expect(scene.take()).toEqual(['k5']);
    await scene.answer(logFrom(6));
    expect(scene.take()).toEqual(['k9']);
    expect([scene.proved, scene.lost]).toEqual([[undefined], []]);
  });

  test('what follows a loss is never handed over, what came before it is, and no further look is taken', async () => {
    const scene = new Scene();
    scene.arrive(200);
    scene.prover.hold(gapAfter(200), false);
    scene.arrive(300);
    await settlePromises();
    await scene.answer(logFrom(202));
    expect(scene.lost).toEqual([200]);
    expect(scene.take()).toEqual(['k200']);
    // What arrives after a loss, or is said to be all there is, would move the cursor past it.
    scene.prover.bookmark(gapAfter(300), { sequence: 400, at: 7 }, false);
    await scene.clock.advance(INTERVAL_MS);
    expect(scene.looks).toHaveLength(1);
    expect(scene.proved).toEqual([]);
  });

  test('gaps of one burst need one proof, which the oldest gap decides', async () => {
    const scene = new Scene();
    for (const revision of [200, 210, 220]) {
      scene.prover.hold(gapAfter(revision), false);
      scene.arrive(revision + 5);
    }
    await settlePromises();
    expect(scene.looks).toHaveLength(1);
    await scene.answer(logFrom(205));
    expect(scene.lost).toEqual([200]);
    expect(scene.take()).toEqual([]);
  });

  test('a gap that shows during a look waits for the next one, and that for its interval', async () => {
    const scene = new Scene();
    scene.prover.hold(gapAfter(5), false);
    scene.arrive(7);
    await settlePromises();
    expect(scene.prover.isHolding).toBe(false);
    scene.prover.hold(gapAfter(7), false);
    expect(scene.prover.isHolding).toBe(true);
    scene.arrive(9);
    await scene.answer(logFrom(6));
    expect(scene.take()).toEqual(['k7']);
    await scene.clock.advance(INTERVAL_MS - 1);
    expect(scene.looks).toHaveLength(1);
    await scene.clock.advance(1);
    expect(scene.looks).toHaveLength(2);
    expect(scene.take()).toEqual([]);
    await scene.answer(logFrom(8));
    expect(scene.take()).toEqual(['k9']);
  });

  test('a look that fails is taken again after a second; until one succeeds nothing is handed over', async () => {
    const scene = new Scene();
    scene.prover.hold(gapAfter(5), false);
    scene.arrive(7);
    await settlePromises();
    for (let failures = 1; failures < MAX_FAILURES; failures++) {
      await scene.refuse(noAnswer());
      await scene.clock.advance(RETRY_MS - 1);
      expect(scene.looks).toHaveLength(failures);
      await scene.clock.advance(1);
      expect(scene.looks).toHaveLength(failures + 1);
      expect(scene.take()).toEqual([]);
    }
    await scene.answer(logFrom(6));
    expect(scene.take()).toEqual(['k7']);
    expect(scene.failures).toEqual([]);
  });

  test('looks that go on failing are a failure, and no further one is taken', async () => {
    const scene = new Scene();
    scene.prover.hold(gapAfter(5), false);
    await settlePromises();
    const errors = Array.from({ length: MAX_FAILURES }, () => noAnswer());
    for (const error of errors) {
      expect(scene.failures).toEqual([]);
      await scene.refuse(error);
      await scene.clock.advance(RETRY_MS);
    }
    expect(scene.failures).toEqual([errors.at(-1)]);
    scene.prover.hold(gapAfter(9), false);
    await settlePromises();
    expect(scene.looks).toHaveLength(MAX_FAILURES);
  });

  test.each([
    ['a bug', new TypeError('x is not a function')],
    ['a bucket that is gone', new SlipstreamError('NOT_FOUND', 'no bucket')],
  ])('%s is a failure at once', async (_, error) => {
    const scene = new Scene();
    scene.prover.hold(gapAfter(5), false);
    scene.arrive(7);
    await settlePromises();
    await scene.refuse(error);
    expect(scene.failures).toEqual([error]);
    expect(scene.take()).toEqual([]);
  });

  test('the end of the watch ends a look, and the wait for another: nothing is handed over or reported', async () => {
    for (const isFailing of [false, true]) {
      const scene = new Scene();
      scene.prover.hold(gapAfter(5), false);
      scene.arrive(7);
      await settlePromises();
      if (isFailing) {
        await scene.refuse(noAnswer());
        scene.ending.abort();
      } else {
        scene.ending.abort();
        scene.looks.at(-1)?.reject(new Error('the watch has ended'));
      }
      await scene.clock.advance(10 * RETRY_MS);
      expect(scene.looks).toHaveLength(1);
      expect(scene.failures).toEqual([]);
      expect([scene.proved, scene.lost, scene.take()]).toEqual([[], [], []]);
    }
  });

  test('a bookmark is passed on when it is proved, and never after a loss', async () => {
    const sound = new Scene();
    sound.prover.bookmark(gapAfter(200), { sequence: 240, at: 7 }, false);
    await settlePromises();
    await sound.answer(logFrom(201));
    expect(sound.proved).toEqual([{ sequence: 240, at: 7 }]);

    const lossy = new Scene();
    lossy.prover.bookmark(gapAfter(200), { sequence: 240, at: 7 }, false);
    await settlePromises();
    await lossy.answer(logFrom(202));
    expect([lossy.proved, lossy.lost]).toEqual([[], [200]]);
  });

  test.each([
    ['something has left the log', logFrom(5), true],
    ['nothing has left the log', logFrom(1), false],
  ])(
    'a gap that may lack deletes, in which %s, is handed over as such, and no other is',
    async (_, log, mayLackDeletes) => {
      const scene = new Scene();
      scene.prover.hold(gapAfter(5), true);
      scene.arrive(7);
      await settlePromises();
      await scene.answer(log);
      expect(scene.queue.take()?.mayLackDeletes).toBe(mayLackDeletes);
    },
  );
});
