import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { abortedError, SlipstreamError } from '../errors/slipstream-error.js';
import { cursorAt, ManualClock, putUpdate, ScriptedSource, settlePromises } from '../testing/index.js';
import type { AppliedWatch } from './applied-watch.js';
import { watchApplied } from './watch-applied.js';

const FIRST_BACKOFF_MS = 50;

let clock: ManualClock;
let source: ScriptedSource;
/** The connection to the peer, while it is down. */
let outage: PromiseWithResolvers<void> | undefined;
let random: number;
let watch: AppliedWatch;

beforeEach(async () => {
  clock = new ManualClock();
  source = new ScriptedSource();
  outage = undefined;
  random = 0;
  source.watcher.reconnected = ({ signal } = {}) => {
    const waiting = outage;
    signal?.addEventListener('abort', () => waiting?.reject(abortedError(signal, 'a wait')), { once: true });
    return waiting?.promise;
  };
  watch = watchApplied({ source, clock, random: () => random });
  (await source.nextWatch()).deliver([putUpdate('a', 1)]);
  await watch.ready;
});

afterEach(() => Promise.allSettled([watch.stop()]));

/** Breaks the watch, and lets the loop come to the wait for its source. */
async function lose(): Promise<void> {
  outage = Promise.withResolvers();
  source.watches.at(-1)?.fail(new SlipstreamError('WATCH_FAILED', 'the connection was lost'));
  await settlePromises();
  source.requests.length = 0;
  await clock.advance(FIRST_BACKOFF_MS);
}

describe('a source that is reconnecting', () => {
  test('is asked for nothing, however long that takes, and attached again as soon as it is back', async () => {
    await lose();
    await clock.advance(3_600_000);
    expect(source.requests).toEqual([]);
    expect(watch.state).toMatchObject({ name: 'stale', cause: { message: 'the connection was lost' } });
    outage?.resolve();
    outage = undefined;
    await clock.advance(0);
    expect(source.watches).toHaveLength(2);
    expect(source.watches[1]?.resume?.equals(cursorAt(1))).toBe(true);
  });

  test('is not asked by all nodes at once when it is back', async () => {
    random = 0.5;
    await lose();
    await clock.advance(FIRST_BACKOFF_MS);
    outage?.resolve();
    await clock.advance(99);
    expect(source.watches).toHaveLength(1);
    await clock.advance(1);
    expect(source.watches).toHaveLength(2);
  });

  test('is waited for again after it has given a wait up', async () => {
    await lose();
    const given = outage;
    outage = Promise.withResolvers();
    given?.reject(new SlipstreamError('UNAVAILABLE', 'still down'));
    await clock.advance(2 * FIRST_BACKOFF_MS);
    expect(watch.state).toMatchObject({ name: 'stale', cause: { code: 'WATCH_FAILED' } });
    expect(source.requests).toEqual([]);
    outage.resolve();
    await clock.advance(0);
    expect(source.watches).toHaveLength(2);
  });

  test('ends the watch when it was closed for good', async () => {
    await lose();
    outage?.reject(new SlipstreamError('CLOSED', 'closed for good'));
    await expect(watch.done).rejects.toThrow('closed for good');
  });

  test('does not keep the watch from being stopped', async () => {
    await lose();
    await expect(watch.stop()).resolves.toSatisfy((cursor) => cursorAt(1).equals(cursor));
    expect(watch.state.name).toBe('stopped');
  });
});
