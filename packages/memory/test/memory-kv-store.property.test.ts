import {
  all,
  type KvLimits,
  prefix,
  prefixes,
  SlipstreamError,
  VersionToken,
  type WatchChunk,
  WatchCursor,
  type WatchScope,
} from '@slipstream/core';
import { ManualClock } from '@slipstream/core/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MemoryKvStore } from '../src/index.js';
import { NaiveBucket } from './naive-bucket.js';

const key = fc.constantFrom('a', 'aa', 'a.1', 'b', 'b.1', 'c');
const ttlMs = fc.integer({ min: 1, max: 30 });

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('put' as const), key, length: fc.integer({ min: 0, max: 30 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('put-with-ttl' as const), key, ttlMs }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), key }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('purge' as const), key }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('purge-with-ttl' as const), key, ttlMs }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 1, max: 40 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('purge-deletes' as const), ms: fc.integer({ min: 0, max: 40 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('attach' as const), scope: fc.nat(3), resume: fc.boolean() }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('pull' as const), watch: fc.nat(5) }) },
);

const limits = fc.record({
  history: fc.constantFrom(1, 2, 5),
  maxBytes: fc.constantFrom(undefined, 60, 150),
  maxAgeMs: fc.constantFrom(undefined, 25),
  discard: fc.constantFrom('old' as const, 'new' as const),
  markerTtlMs: fc.constantFrom(undefined, 20),
});

const scopes = [all(), prefix('a'), prefixes(['a.', 'c']), prefix('zzz')] as const;

/** A watch with the model of what it must deliver: the revisions, in order, that are still ahead of it. */
interface Follower {
  readonly iterator: AsyncIterator<WatchChunk>;
  readonly scope: WatchScope;
  readonly stateEnd: number;
  position: number;
  lostSeen: number;
}

function ahead({ scope, stateEnd, position }: Follower, model: NaiveBucket): number[] {
  return model.messages
    .filter((message) => message.revision > position && scope.includes(message.key))
    .filter((message) => message.revision > stateEnd || model.last(message.key) === message)
    .map(({ revision }) => revision);
}

async function pull(follower: Follower, model: NaiveBucket, epoch: string): Promise<boolean> {
  const overrun = model.lost
    .slice(follower.lostSeen)
    .some(({ revision, key }) => revision > follower.position && follower.scope.includes(key));
  follower.lostSeen = model.lost.length;
  const expected = ahead(follower, model);
  // A watch that is caught up, at the head, would wait.
  if (!overrun && expected.length === 0) return true;
  try {
    const { value } = (await follower.iterator.next()) as { value: WatchChunk };
    expect(overrun).toBe(false);
    expect(value.updates.map(({ version }) => Number(version.revision))).toEqual(expected);
    expect(value.pending).toBe(0);
    expect(value.cursor.epoch).toBe(epoch);
    expect(Number(value.cursor.revision)).toBe(model.lastRevision);
    follower.position = model.lastRevision;
    return true;
  } catch (error) {
    if (!SlipstreamError.is(error, 'CURSOR_EXPIRED')) throw error;
    expect(overrun).toBe(true);
    return false;
  }
}

function cursorAt(revision: number, epoch: string): WatchCursor {
  return WatchCursor.of({ version: VersionToken.fromRevision(revision), epoch });
}

describe('a bucket in memory', () => {
  test('equals the plain reading of its rules, and so does what every watch of it sees, after any history', async () => {
    await fc.assert(
      fc.asyncProperty(limits, fc.array(step, { maxLength: 80, size: 'max' }), async (bounds, steps) => {
        const clock = new ManualClock(1_000_000);
        const kv = await MemoryKvStore.open({ name: 'b', clock, random: () => 0, allowTtl: true, ...bounds });
        const model = new NaiveBucket(
          { maxValueBytes: undefined, shortestMarkerTtlMs: 1, ...bounds } satisfies KvLimits,
          clock.now(),
        );
        const followers: Follower[] = [];
        const { epoch } = await kv.status();
        const write = async (request: Promise<unknown> | undefined, taken: boolean): Promise<void> => {
          const refused = await request?.then(
            () => false,
            (error: unknown) => SlipstreamError.is(error, 'LIMIT_EXCEEDED'),
          );
          expect(refused).toBe(!taken);
        };
        for (const action of steps) {
          switch (action.do) {
            case 'put':
              await write(
                kv.writer.put(action.key, new Uint8Array(action.length)),
                model.write('put', action.key, action.length),
              );
              break;
            case 'put-with-ttl':
              await write(
                kv.ttl?.putWithTtl(action.key, new Uint8Array(1), action.ttlMs),
                model.write('put', action.key, 1, action.ttlMs, true),
              );
              break;
            case 'delete':
              await write(kv.writer.delete(action.key), model.write('delete', action.key, 0));
              break;
            case 'purge':
              await write(kv.purger.purge(action.key), model.write('purge', action.key, 0, Infinity, true));
              break;
            case 'purge-with-ttl':
              await write(
                kv.purger.purge(action.key, { markerTtlMs: action.ttlMs }),
                model.write('purge', action.key, 0, action.ttlMs, true),
              );
              break;
            case 'advance':
              await clock.advance(action.ms);
              model.advance(action.ms);
              break;
            case 'purge-deletes':
              await kv.purgeDeletes(action.ms);
              model.purgeDeletes(action.ms);
              break;
            case 'attach': {
              const scope = scopes[action.scope] as WatchScope;
              const resume = action.resume ? followers.at(-1)?.position : undefined;
              const from = resume === undefined || resume + 1 < model.firstRevision ? undefined : resume;
              const follower: Follower = {
                scope,
                iterator: kv.watcher
                  .watch(scope, { resume: from === undefined ? undefined : cursorAt(from, epoch) })
                  [Symbol.asyncIterator](),
                stateEnd: from === undefined ? model.lastRevision : 0,
                position: from ?? 0,
                lostSeen: model.lost.length,
              };
              const expected = ahead(follower, model);
              const { value } = (await follower.iterator.next()) as { value: WatchChunk };
              expect(value.updates.map(({ version }) => Number(version.revision))).toEqual(expected);
              follower.position = model.lastRevision;
              followers.push(follower);
              break;
            }
            case 'pull': {
              const follower = followers[action.watch];
              if (follower !== undefined && !(await pull(follower, model, epoch))) {
                followers.splice(action.watch, 1);
              }
              break;
            }
          }
          expect(await kv.status()).toMatchObject({
            firstRevision: BigInt(model.firstRevision),
            lastRevision: BigInt(model.lastRevision),
            messages: model.messages.length,
            bytes: model.bytes,
          });
        }
        for (const name of ['a', 'aa', 'a.1', 'b', 'b.1', 'c']) {
          const entry = await kv.reader.entry(name);
          const last = model.last(name);
          expect(entry && [entry.kind, Number(entry.version.revision)]).toEqual(
            last && [last.kind, last.revision],
          );
        }
        for (const follower of followers) await pull(follower, model, epoch);
        await kv.close();
        expect(clock.pendingTimers).toBe(0);
      }),
      { numRuns: 400, seed: 20_300_101 },
    );
  });
});
