import { VersionToken, WatchCursor } from '@slipstream/core';
import { describe, expect, test } from 'vitest';
import { arrivedPut } from '../../test/support/arrived-put.js';
import { ChunkQueue } from './chunk-queue.js';

const EPOCH = '2030-01-01T00:00:00Z';

function open(): { queue: ChunkQueue; answered: string[] } {
  const answered: string[] = [];
  const queue = new ChunkQueue({
    answerFlowControl: (subject) => answered.push(subject),
    keyOf: (tokens) => (tokens.startsWith('k') ? tokens : undefined),
  });
  queue.begin(EPOCH, WatchCursor.none);
  return { queue, answered };
}

function arrive(queue: ChunkQueue, revision: number, pending: number, bytes = 1): void {
  queue.advance(revision, revision * 1_000, pending);
  queue.push(arrivedPut(`k${revision}`, revision, Buffer.alloc(bytes)));
}

describe('ChunkQueue', () => {
  test('a chunk has everything that arrived, the position after it and what was pending then', () => {
    const { queue } = open();
    arrive(queue, 3, 1);
    arrive(queue, 5, 0);
    const chunk = queue.take();
    expect(chunk?.updates.map(({ key }) => key)).toEqual(['k3', 'k5']);
    expect(chunk?.cursor.toString()).toBe(
      WatchCursor.of({ version: VersionToken.fromRevision(5), epoch: EPOCH, at: 5_000 }).toString(),
    );
    expect(chunk?.pending).toBe(0);
    expect(queue.take()).toBeUndefined();
  });

  test('chunks are bounded in updates and in bytes, and each has a position of its own', () => {
    const { queue } = open();
    for (let revision = 1; revision <= 10_000; revision++) arrive(queue, revision, 10_000 - revision);
    const sizes = [];
    for (let chunk = queue.take(); chunk !== undefined; chunk = queue.take()) {
      sizes.push([chunk.updates.length, chunk.cursor.revision, chunk.pending]);
    }
    expect(sizes).toEqual([
      [4_096, 4_096n, 5_904],
      [4_096, 8_192n, 1_808],
      [1_808, 10_000n, 0],
    ]);
    arrive(queue, 10_001, 1, 5_000_000);
    arrive(queue, 10_002, 0, 5_000_000);
    expect(queue.take()?.updates).toHaveLength(1);
    expect(queue.take()?.updates).toHaveLength(1);
  });

  test('what turns out to be no key is not handed over, but what came with it is, and the position after it', () => {
    const { queue } = open();
    queue.advance(1, 1_000, 1);
    queue.push(arrivedPut('not one', 1));
    arrive(queue, 2, 1);
    queue.advance(3, 3_000, 1);
    queue.push(arrivedPut('not one', 3));
    const chunk = queue.take();
    expect(chunk?.updates.map(({ key }) => key)).toEqual(['k2']);
    expect(chunk?.cursor.revision).toBe(3n);
  });

  test('flow control is answered only when everything that came before it was taken', () => {
    const { queue, answered } = open();
    for (let revision = 1; revision <= 5_000; revision++) arrive(queue, revision, 1);
    queue.holdFlowControl('fc.1');
    expect(answered).toEqual([]);
    queue.take();
    expect(answered).toEqual([]);
    queue.take();
    expect(answered).toEqual(['fc.1']);
  });

  test('flow control after a full chunk is answered with that chunk, not when something else comes', () => {
    const { queue, answered } = open();
    for (let revision = 1; revision <= 4_096; revision++) arrive(queue, revision, 1);
    queue.holdFlowControl('fc.1');
    expect(answered).toEqual([]);
    queue.take();
    expect(answered).toEqual(['fc.1']);
    arrive(queue, 5_000, 0);
    queue.take();
    expect(answered).toEqual(['fc.1']);
  });

  test('flow control is answered at once when nothing waits', () => {
    const { queue, answered } = open();
    queue.holdFlowControl('fc.1');
    expect(answered).toEqual(['fc.1']);
  });

  test('flow control after keys that are out of scope is answered at once', () => {
    const { queue, answered } = open();
    queue.advance(7, 7_000, 3);
    queue.holdFlowControl('fc.1');
    expect(answered).toEqual(['fc.1']);
  });

  test('catching up is said once, with an empty chunk when nothing else is there', () => {
    const { queue } = open();
    queue.caughtUp();
    expect(queue.take()).toMatchObject({ updates: [], cursor: WatchCursor.none, pending: 0 });
    queue.caughtUp();
    expect(queue.take()).toBeUndefined();
    queue.advance(4, 4_000, 2);
    expect(queue.take()).toBeUndefined();
    queue.advance(6, 6_000, 0);
    expect(queue.take()).toBeUndefined();
  });

  test('possibly missing deletes mark the chunk in which they came up, and no other', () => {
    const { queue } = open();
    arrive(queue, 4, 1);
    queue.markMayLackDeletes();
    expect(queue.take()?.mayLackDeletes).toBe(true);
    arrive(queue, 5, 0);
    expect(queue.take()?.mayLackDeletes).toBe(false);
  });

  test('a claim moves the position, but never back', () => {
    const { queue } = open();
    queue.claim(8, 8_000);
    queue.caughtUp();
    expect(queue.take()?.cursor.revision).toBe(8n);
    arrive(queue, 9, 0);
    queue.claim(5, 5_000);
    expect(queue.take()?.cursor.revision).toBe(9n);
  });

  test('what was not taken can be forgotten', () => {
    const { queue } = open();
    arrive(queue, 1, 0);
    queue.clear();
    expect(queue.isEmpty).toBe(true);
    expect(queue.take()).toBeUndefined();
  });

  test('what is held is not handed over, nor anything after it; what came before it is', () => {
    const { queue } = open();
    arrive(queue, 1, 5);
    const held = queue.hold();
    for (let revision = 2; revision <= 5_000; revision++) arrive(queue, revision, 1);
    expect(queue.take()?.updates.map(({ key }) => key)).toEqual(['k1']);
    expect(queue.take()).toBeUndefined();
    expect(queue.isEmpty).toBe(false);
    queue.release(held);
    expect(queue.take()?.cursor.revision).toBe(4_097n);
    expect(queue.take()?.cursor.revision).toBe(5_000n);
  });

  test('what is held twice is handed over up to where the second hold began, and then the rest', () => {
    const { queue } = open();
    const first = queue.hold();
    arrive(queue, 1, 1);
    const second = queue.hold();
    arrive(queue, 2, 0);
    queue.release(first);
    expect(queue.take()?.updates.map(({ key }) => key)).toEqual(['k1']);
    expect(queue.take()).toBeUndefined();
    queue.release(second);
    expect(queue.take()?.updates.map(({ key }) => key)).toEqual(['k2']);
  });

  test('released out of order, nothing overtakes what is still held', () => {
    const { queue } = open();
    const first = queue.hold();
    arrive(queue, 1, 1);
    const second = queue.hold();
    arrive(queue, 2, 0);
    queue.release(second);
    expect(queue.take()).toBeUndefined();
    queue.release(first);
    expect(queue.take()?.cursor.revision).toBe(1n);
    expect(queue.take()?.cursor.revision).toBe(2n);
  });

  test('while something is held, neither a bookmark nor catching up is reported', () => {
    const { queue } = open();
    const held = queue.hold();
    queue.bookmark(9, 9_000);
    expect(queue.take()).toBeUndefined();
    queue.release(held);
    expect(queue.take()).toMatchObject({ updates: [], pending: 0 });
  });

  test('a hold discarded takes everything after it along, and the position, but nothing before it', () => {
    const { queue } = open();
    arrive(queue, 1, 5);
    queue.hold();
    for (let revision = 2; revision <= 5_000; revision++) arrive(queue, revision, 1);
    queue.discardHeld();
    const chunk = queue.take();
    expect(chunk?.updates.map(({ key }) => key)).toEqual(['k1']);
    expect(chunk?.cursor.revision).toBe(1n);
    expect(queue.take()).toBeUndefined();
    expect(queue.isEmpty).toBe(true);
    expect(queue.revision).toBeUndefined();
  });

  test('flow control after what is held is answered when that was taken', () => {
    const { queue, answered } = open();
    const held = queue.hold();
    arrive(queue, 1, 1);
    queue.holdFlowControl('fc.1');
    queue.take();
    expect(answered).toEqual([]);
    queue.release(held);
    queue.take();
    expect(answered).toEqual(['fc.1']);
  });

  test('deletes that may be missing before what is held mark that, not what came before it', () => {
    const { queue } = open();
    arrive(queue, 1, 1);
    const held = queue.hold();
    arrive(queue, 2, 0);
    queue.markMayLackDeletes(held);
    queue.release(held);
    expect(queue.take()?.mayLackDeletes).toBe(false);
    expect(queue.take()?.mayLackDeletes).toBe(true);
  });
});
