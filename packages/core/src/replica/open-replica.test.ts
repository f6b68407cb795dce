import { afterEach, beforeEach, describe, expect, expectTypeOf, test } from 'vitest';
import { VersionToken } from '../cursor/version-token.js';
import { SlipstreamError } from '../errors/slipstream-error.js';
import type { SnapshotStore } from '../snapshot/snapshot-store.js';
import {
  chunkOf,
  collect,
  cursorAt,
  deleteUpdate,
  diskFullError,
  FaultySnapshotStore,
  ManualClock,
  openScratchFold,
  putUpdate,
  ScratchMedium,
  ScriptedSource,
  type ScriptedWatch,
  settlePromises,
} from '../testing/index.js';
import type { Change } from './change-feed.js';
import { openReplica } from './open-replica.js';
import type { Replica } from './replica.js';
import type { ReplicaEvent, ReplicaOptions } from './replica-options.js';
import type { StandardSchema } from './standard-schema.js';
import { jsonCodec, textCodec } from './value-codec.js';

interface Route {
  readonly target: string;
}

/** Counts what it validates, so that tests see which reads decode. */
class RouteSchema implements StandardSchema<Route> {
  validations = 0;
  readonly '~standard' = {
    version: 1,
    vendor: 'test',
    validate: (value: unknown) => {
      this.validations += 1;
      const target = typeof value === 'object' && value !== null && Reflect.get(value, 'target');
      if (typeof target === 'string') return { value: { target } };
      return { issues: [{ message: 'a route has a target', path: ['target'] }] };
    },
  } as const;
}

let clock: ManualClock;
let source: ScriptedSource;
let medium: ScratchMedium;
let store: FaultySnapshotStore;
let schema: RouteSchema;
let events: ReplicaEvent[];
let opened: Replica<unknown>[];

beforeEach(async () => {
  clock = new ManualClock();
  source = new ScriptedSource();
  medium = new ScratchMedium();
  store = new FaultySnapshotStore(await openScratchFold(medium));
  schema = new RouteSchema();
  events = [];
  opened = [];
});

afterEach(async () => {
  await Promise.allSettled(opened.map((replica) => replica.close()));
});

async function open(options: Partial<ReplicaOptions<Route>> = {}): Promise<Replica<Route>> {
  const observer = (event: ReplicaEvent): void => void events.push(event);
  const replica = await openReplica<Route>({
    source,
    store,
    schema,
    clock,
    random: () => 0,
    observer,
    ...options,
  });
  opened.push(replica);
  return replica;
}

async function liveReplica(): Promise<{ replica: Replica<Route>; attached: ScriptedWatch }> {
  const replica = await open();
  const attached = await source.nextWatch();
  attached.deliver([]);
  await replica.ready;
  return { replica, attached };
}

const route = (target: string): string => JSON.stringify({ target });
const applied = (replica: Replica<unknown>, revision: number): Promise<void> =>
  replica.waitFor(VersionToken.fromRevision(revision));

async function take<T>(changes: AsyncIterator<T>, count: number): Promise<T[]> {
  const taken: T[] = [];
  while (taken.length < count) {
    const next = await changes.next();
    if (next.done) break;
    taken.push(next.value);
  }
  return taken;
}

describe('reads', () => {
  test('are typed, synchronous, in key order, and come from the fold', async () => {
    const { replica, attached } = await liveReplica();
    attached.deliver([
      putUpdate('svc.b', 1, route('b')),
      putUpdate('svc.a', 2, route('a')),
      putUpdate('x', 3, route('x')),
    ]);
    await applied(replica, 3);
    expect(replica.get('svc.a')).toEqual({ target: 'a' });
    expect(replica.has('svc.a')).toBe(true);
    expect(replica.get('svc.c')).toBeUndefined();
    expect(replica.entry('svc.b')?.version.revision).toBe(1n);
    expect([...replica.entries('svc.')]).toEqual([
      ['svc.a', { target: 'a' }],
      ['svc.b', { target: 'b' }],
    ]);
    expect([...replica.entries('', { after: 'svc.a', limit: 1 })].map(([key]) => key)).toEqual(['svc.b']);
    expect(await collect(replica.scan('svc.'))).toEqual([...replica.entries('svc.')]);
  });

  test('work before the source was ever reached, with what the fold held', async () => {
    await store.apply([putUpdate('a', 1, route('restored'))], cursorAt(1));
    const replica = await open({
      source: () => Promise.reject(new SlipstreamError('UNAVAILABLE', 'no server')),
    });
    expect(replica.get('a')).toEqual({ target: 'restored' });
    await settlePromises();
    expect(replica.state).toMatchObject({ name: 'stale', cause: { code: 'UNAVAILABLE' } });
    expect(replica.get('a')).toEqual({ target: 'restored' });
  });

  test('decode a value once, and again only after it changed', async () => {
    const { replica, attached } = await liveReplica();
    attached.deliver([putUpdate('a', 1, route('one'))]);
    await applied(replica, 1);
    const first = replica.get('a');
    const decoded = schema.validations;
    expect(replica.get('a')).toBe(first);
    expect(schema.validations).toBe(decoded);
    attached.deliver([putUpdate('a', 2, route('two'))]);
    await applied(replica, 2);
    expect(replica.get('a')).toEqual({ target: 'two' });
  });

  test('stay right when more keys are read than values are kept', async () => {
    const replica = await open({ cacheEntries: 2 });
    (await source.nextWatch()).deliver(
      ['a', 'b', 'c'].map((key, index) => putUpdate(key, index + 1, route(key))),
    );
    await replica.ready;
    for (const key of ['a', 'b', 'c', 'a', 'b', 'c']) expect(replica.get(key)).toEqual({ target: key });
  });

  test('without a schema return the bytes; with a codec what it makes of them', async () => {
    await store.apply([putUpdate('a', 1, '{"n":1}')], cursorAt(1));
    const bytes = await openReplica({ source, store });
    const text = await openReplica({ source, store, schema: textCodec });
    const json = await openReplica({ source, store, schema: jsonCodec<{ n: number }>() });
    opened.push(bytes, text, json);
    expectTypeOf(bytes).toEqualTypeOf<Replica<Uint8Array>>();
    expectTypeOf(text).toEqualTypeOf<Replica<string>>();
    expect(bytes.get('a')).toEqual(new TextEncoder().encode('{"n":1}'));
    expect(text.get('a')).toBe('{"n":1}');
    expect(json.get('a')?.n).toBe(1);
  });

  test('are refused once the replica is closed', async () => {
    const { replica } = await liveReplica();
    await replica.close();
    expect(() => replica.get('a')).toThrow(expect.objectContaining({ code: 'CLOSED' }));
    expect(() => replica.entries()).toThrow(expect.objectContaining({ code: 'CLOSED' }));
    expect(() => replica.changes()).toThrow(expect.objectContaining({ code: 'CLOSED' }));
  });

  test('go on after the watch has failed', async () => {
    const { replica, attached } = await liveReplica();
    attached.deliver([putUpdate('a', 1, route('kept'))]);
    await applied(replica, 1);
    attached.fail(new SlipstreamError('UNAUTHORIZED', 'revoked'));
    await expect(replica.done).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    expect(replica.get('a')).toEqual({ target: 'kept' });
    await expect(replica.close()).resolves.toBeUndefined();
  });
});

describe('values that cannot be read', () => {
  test('are reported and skipped; the last good value stays readable, the fold equals the bucket', async () => {
    const { replica, attached } = await liveReplica();
    attached.deliver([putUpdate('a', 1, route('good'))]);
    attached.deliver([putUpdate('a', 2, '{"target":7}'), putUpdate('b', 3, 'not json')]);
    await applied(replica, 3);
    expect(replica.get('a')).toEqual({ target: 'good' });
    expect(replica.get('b')).toBeUndefined();
    expect([...replica.entries()]).toEqual([['a', { target: 'good' }]]);
    expect(replica.quarantine.get('a')).toMatchObject({
      lastGood: { target: 'good' },
      error: { code: 'VALUE_INVALID', message: expect.stringContaining('target: a route has a target') },
    });
    expect(events.filter(({ type }) => type === 'value-quarantined')).toHaveLength(2);
    expect(new TextDecoder().decode(medium.entries.get('a')?.value)).toBe('{"target":7}');
    expect(replica.cursor.revision).toBe(3n);
    expect(replica.state.name).toBe('live');
  });

  test('keep the last good value of the same batch, and through several bad ones', async () => {
    const { replica, attached } = await liveReplica();
    attached.deliver([
      putUpdate('a', 1, route('good')),
      putUpdate('a', 2, 'bad'),
      putUpdate('a', 3, 'worse'),
    ]);
    attached.deliver([putUpdate('a', 4, 'worst')]);
    await applied(replica, 4);
    expect(replica.get('a')).toEqual({ target: 'good' });
    expect(replica.quarantine.get('a')?.version.revision).toBe(4n);
  });

  test('leave quarantine with the next good value, or with the key', async () => {
    const { replica, attached } = await liveReplica();
    attached.deliver([putUpdate('a', 1, 'bad'), putUpdate('b', 2, 'bad')]);
    attached.deliver([putUpdate('a', 3, route('fixed')), deleteUpdate('b', 4)]);
    await applied(replica, 4);
    expect(replica.quarantine.size).toBe(0);
    expect(replica.get('a')).toEqual({ target: 'fixed' });
    expect(replica.get('b')).toBeUndefined();
  });

  test('that the fold held at opening are reported when they are read', async () => {
    await store.apply([putUpdate('a', 1, 'bad')], cursorAt(1));
    const replica = await open();
    expect(replica.get('a')).toBeUndefined();
    expect(replica.get('a')).toBeUndefined();
    expect(events.filter(({ type }) => type === 'value-quarantined')).toHaveLength(1);
  });

  test('do not hide the old value while the fold is still refusing the new one', async () => {
    const { replica, attached } = await liveReplica();
    attached.deliver([putUpdate('a', 1, route('old'))]);
    await applied(replica, 1);
    const held = store.holdNext();
    attached.deliver([putUpdate('a', 2, 'bad')]);
    await held.entered;
    expect(replica.get('a')).toEqual({ target: 'old' });
    expect(replica.quarantine.size).toBe(0);
    held.release();
    await applied(replica, 2);
    expect(replica.quarantine.size).toBe(1);
  });

  test('keep the last good value while the fold shows them and has not said yet that they are committed', async () => {
    const { replica, attached } = await liveReplica();
    attached.deliver([putUpdate('a', 1, route('good'))]);
    await applied(replica, 1);
    store.failNext(1, diskFullError(), 'after-commit');
    attached.deliver([putUpdate('a', 2, 'bad')]);
    await settlePromises();
    expect(replica.entry('a')).toMatchObject({ value: { target: 'good' } });
    expect([...replica.entries()]).toEqual([['a', { target: 'good' }]]);
    expect(replica.quarantine.size).toBe(0);
    await clock.advance(100);
    expect(events.filter(({ type }) => type === 'value-quarantined')).toMatchObject([
      { key: 'a', lastGood: { target: 'good' } },
    ]);
  });

  test('of a schema that validates asynchronously are not values: the watch ends and says why', async () => {
    const asynchronous = {
      '~standard': {
        version: 1,
        vendor: 'late',
        // Its rejection must not go unhandled.
        validate: async (): Promise<{ value: Route }> => {
          throw new Error('no route today');
        },
      },
    } as const;
    const replica = await open({ schema: asynchronous });
    (await source.nextWatch()).deliver([putUpdate('a', 1, route('a'))]);
    await expect(replica.done).rejects.toMatchObject({
      code: 'APPLY_FAILED',
      message: expect.stringContaining('the late schema validates asynchronously'),
    });
  });
});

describe('changes', () => {
  test('arrive in order, typed, of the prefix only, each once it can be read', async () => {
    const { replica, attached } = await liveReplica();
    const changes = replica.changes('svc.');
    attached.deliver([putUpdate('svc.a', 1, route('a')), putUpdate('other', 2, route('o'))]);
    attached.deliver([deleteUpdate('svc.a', 3)]);
    const [put] = await take(changes, 1);
    expect(put).toMatchObject({ kind: 'put', key: 'svc.a', value: { target: 'a' } });
    const [removed] = await take(changes, 1);
    expect(removed).toMatchObject({ kind: 'delete', key: 'svc.a' });
    expect(replica.get('svc.a')).toBeUndefined();
  });

  test('of a value that cannot be read are not announced', async () => {
    const { replica, attached } = await liveReplica();
    const changes = replica.changes();
    attached.deliver([putUpdate('a', 1, 'bad'), putUpdate('b', 2, route('b'))]);
    expect((await take(changes, 1))[0]?.key).toBe('b');
  });

  test('that a slow reader missed are merged per key, so that nothing piles up', async () => {
    const { replica, attached } = await liveReplica();
    const changes = replica.changes();
    for (let revision = 1; revision <= 1000; revision++)
      attached.deliver([putUpdate(`k${revision % 3}`, revision, route(`${revision}`))]);
    await applied(replica, 1000);
    const merged = await take(changes, 3);
    expect(merged.map(({ version }) => version.revision)).toEqual([998n, 999n, 1000n]);
  });

  test('begin with the call, end with the loop that reads them, and end for all when the replica is closed', async () => {
    const { replica, attached } = await liveReplica();
    const early = replica.changes();
    const abandoned = replica.changes();
    await abandoned.return?.();
    const waiting = replica.changes();
    const read: Promise<Change<Route>[]> = take(waiting, 10);
    attached.deliver([putUpdate('a', 1, route('a'))]);
    await applied(replica, 1);
    await replica.close();
    expect((await read).length).toBe(1);
    expect((await take(early, 10)).length).toBe(1);
    expect(await take(abandoned, 10)).toEqual([]);
  });

  test('reject for a waiting reader when the watch fails', async () => {
    const { replica, attached } = await liveReplica();
    const next = replica.changes().next();
    attached.fail(new SlipstreamError('UNAUTHORIZED', 'revoked'));
    await expect(next).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
  });
});

test.each(['stopped', 'failed'] as const)(
  'changes of a replica whose watch has %s end at once, while reads go on',
  async (end) => {
    const controller = new AbortController();
    const replica = await open({ signal: controller.signal });
    const attached = await source.nextWatch();
    if (end === 'failed') attached.fail(new SlipstreamError('UNAUTHORIZED', 'scripted'));
    else controller.abort();
    await replica.done.catch(() => undefined);
    const changes = replica.changes();
    if (end === 'failed') await expect(changes.next()).rejects.toMatchObject({ code: 'UNAUTHORIZED' });
    expect(await changes.next()).toEqual({ done: true, value: undefined });
    expect(replica.get('svc.a')).toBeUndefined();
  },
);

test('a schema that is none is refused, and no fold is opened', async () => {
  const { decode } = textCodec;
  for (const schema of [{}, { parse: decode }, decode]) {
    const opening = openReplica({
      source,
      store: () => Promise.reject(new Error('opened')),
      schema: schema as never,
    });
    await expect(opening).rejects.toThrow('schema has to be a Standard Schema');
  }
});

describe('ownership', () => {
  test('a store that was given open stays open; one that a function opened is closed', async () => {
    const { replica } = await liveReplica();
    await replica.close();
    await expect(store.stats()).resolves.toBeDefined();
    const owned: SnapshotStore = await openScratchFold();
    const other = await open({ store: async () => owned });
    await other.close();
    await expect(owned.stats()).rejects.toMatchObject({ code: 'CLOSED' });
  });

  test('a fold without synchronous reads is refused, and closed if the replica opened it', async () => {
    const owned = await openScratchFold();
    const blind = new Proxy(owned, {
      get(target, property) {
        const value: unknown = property === 'sync' ? undefined : Reflect.get(target, property, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    await expect(open({ store: async () => blind })).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    await expect(owned.stats()).rejects.toMatchObject({ code: 'CLOSED' });
  });

  test('a fold that only iterates asynchronously serves everything but entries', async () => {
    const inner = await openScratchFold();
    await inner.apply([putUpdate('a', 1, route('a'))], cursorAt(1));
    const { get } = inner.sync ?? {};
    const paged = new Proxy(inner, {
      get(target, property) {
        const value: unknown = property === 'sync' ? { get } : Reflect.get(target, property, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const replica = await open({ store: paged });
    expect(replica.get('a')).toEqual({ target: 'a' });
    expect(await collect(replica.scan())).toEqual([['a', { target: 'a' }]]);
    expect(() => replica.entries()).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED', hint: 'Iterate with scan() instead.' }),
    );
  });

  test('a close that cannot flush says so, and closes what it owns all the same', async () => {
    const inner = await openScratchFold();
    const failing = new FaultySnapshotStore(inner);
    const replica = await open({ store: async () => failing });
    failing.failAlways();
    (await source.nextWatch()).deliverChunk(chunkOf([putUpdate('a', 1, route('a'))]));
    await settlePromises();
    await expect(replica.close()).rejects.toMatchObject({ code: 'STORE_FAILED' });
    await expect(inner.stats()).rejects.toMatchObject({ code: 'CLOSED' });
  });
});
