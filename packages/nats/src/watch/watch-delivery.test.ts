import { SlipstreamError, VersionToken, WatchCursor } from '@slipstream/core';
import { ManualClock, settlePromises } from '@slipstream/core/testing';
import { expect, test } from 'vitest';
import type { BucketSubjects } from '../bucket/bucket-subjects.js';
import type { StreamInfo } from '../jetstream/jetstream-types.js';
import { ChunkQueue } from './chunk-queue.js';
import { WatchDelivery } from './watch-delivery.js';

const START = Date.UTC(2030, 0, 1);
const HOUR_MS = 60 * 60 * 1000;

function logAt(now: number, lastSequence: number): StreamInfo {
  return {
    config: { name: 'KV_b' },
    created: '2030-01-01T00:00:00Z',
    ts: new Date(now).toISOString(),
    state: { messages: lastSequence, bytes: 0, first_seq: 1, last_seq: lastSequence },
  };
}

const RETRY_MS = 1_000;
const MAX_FAILURES = 5;

/** A delivery that resumes at revision 10, and what comes of it. */
function resumed(look: (clock: ManualClock) => Promise<StreamInfo>) {
  const clock = new ManualClock(START);
  const queue = new ChunkQueue({ answerFlowControl: () => undefined, keyOf: (tokens) => tokens });
  const start = WatchCursor.of({ version: VersionToken.fromRevision(10), epoch: 'e', at: START - 1_000 });
  queue.begin('e', start);
  const failures: Error[] = [];
  const delivery = new WatchDelivery({
    bucket: 'b',
    subjects: {} as BucketSubjects,
    scope: undefined,
    start,
    afterGap: false,
    log: logAt(START, 10),
    maxPayload: 1_000_000,
    clock,
    queue,
    signal: new AbortController().signal,
    readLog: () => look(clock),
    onArrival: () => undefined,
    onFailure: (error) => void failures.push(error),
    onOpenBatch: () => undefined,
  });
  delivery.attached(logAt(START, 10));
  return { clock, queue, delivery, failures };
}

test('what a heartbeat proves is dated by the last answer before it: it may have been on its way for an hour', async () => {
  const { clock, queue, delivery } = resumed(async (time) => logAt(time.now(), 20));
  clock.leap(HOUR_MS);
  delivery.heartbeat({ streamSequence: 20, isStalled: false });
  await settlePromises();
  const chunk = queue.take();
  expect(chunk?.cursor.revision).toBe(20n);
  expect(chunk?.cursor.at).toBe(START);
});

test('once it has failed it claims no position: that would be past what is missing', async () => {
  const { queue, delivery } = resumed(async (clock) => logAt(clock.now(), 20));
  delivery.failed(new Error('a loss'));
  delivery.heartbeat({ streamSequence: 20, isStalled: false });
  await settlePromises();
  expect(queue.take()).toBeUndefined();
});

test('a bug in a proof ends the watch with what it threw', async () => {
  const bug = new TypeError('x is not a function');
  const { delivery, failures } = resumed(() => Promise.reject(bug));
  delivery.heartbeat({ streamSequence: 20, isStalled: false });
  await settlePromises();
  expect(failures).toEqual([bug]);
});

test('a log that can no longer be read breaks the watch, which can be re-attached', async () => {
  const timeout = new SlipstreamError('TIMEOUT', 'no answer');
  const { clock, delivery, failures } = resumed(() => Promise.reject(timeout));
  delivery.heartbeat({ streamSequence: 20, isStalled: false });
  await clock.advance((MAX_FAILURES - 1) * RETRY_MS - 1);
  expect(failures).toEqual([]);
  await clock.advance(1);
  expect(failures).toMatchObject([{ code: 'WATCH_FAILED', cause: timeout }]);
});
