import { VersionToken, WatchCursor } from '@slipstream/core';
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
    state: { messages: lastSequence, bytes: 0, first_seq: 1, last_seq: lastSequence, consumer_count: 1 },
  };
}

test('what a heartbeat proves is dated by the last answer before it: it may have been on its way for an hour', async () => {
  const clock = new ManualClock(START);
  const queue = new ChunkQueue({ answerFlowControl: () => undefined });
  const start = WatchCursor.of({ version: VersionToken.fromRevision(10), epoch: 'e', at: START - 1_000 });
  queue.begin('e', start);
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
    look: async () => logAt(clock.now(), 20),
    onArrival: () => undefined,
    onFailure: (error) => expect.unreachable(error.message),
    onOpenBatch: () => undefined,
  });
  delivery.attached(logAt(START, 10));
  clock.leap(HOUR_MS);
  delivery.heartbeat({ streamSequence: 20, isStalled: false });
  await settlePromises();
  const chunk = queue.take();
  expect(chunk?.cursor.revision).toBe(20n);
  expect(chunk?.cursor.at).toBe(START);
});
