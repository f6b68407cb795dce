import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { SlipstreamError, type VersionToken } from '@slipstream/core';
import { eventually, temporaryDirectory } from '@slipstream/test-kit';
import {
  type FaultProxy,
  type NatsServer,
  startFaultProxy,
  startNatsServer,
} from '@slipstream/test-kit/nats';
import { expect, test } from 'vitest';
import { connectNats, type NatsKvStore } from '../src/index.js';
import { Fleet } from './support/fleet.js';
import { contentOf, Follower } from './support/follower.js';
import { ServerAdmin } from './support/server-admin.js';
import { describeOnServers, unfit } from './support/server-series.js';
import { FAST_HEARTBEAT_MS } from './support/test-bucket.js';

const value = (text: string): Uint8Array => new TextEncoder().encode(text);
/** Every version stays in the log, so each has to be delivered. */
const EVERY_VERSION = 64;
const SECONDS = 1_000;

interface Scene {
  readonly server: NatsServer;
  readonly proxy: FaultProxy;
  readonly admin: ServerAdmin;
  readonly bucket: string;
}

interface Fault {
  readonly title: string;
  readonly noticeWithinMs: number;
  /** What the watch gives as the cause. */
  readonly cause: RegExp;
  /** Whether the server takes writes while it lasts. */
  readonly isWritable: boolean;
  inject(scene: Scene): Promise<void>;
  heal(scene: Scene): Promise<void>;
}

const faults: readonly Fault[] = [
  {
    title: 'a restart of the server',
    noticeWithinMs: SECONDS,
    cause: /connection was lost/,
    isWritable: false,
    inject: ({ server }) => server.stop(),
    heal: ({ server }) => server.restart(),
  },
  {
    title: 'SIGKILL of the server',
    noticeWithinMs: SECONDS,
    cause: /connection was lost/,
    isWritable: false,
    inject: ({ server }) => server.kill(),
    heal: ({ server }) => server.restart(),
  },
  {
    title: 'a server that is frozen',
    noticeWithinMs: 3 * SECONDS,
    cause: /no heartbeat/,
    isWritable: false,
    inject: ({ server }) => server.suspend(),
    heal: ({ server }) => server.resume(),
  },
  {
    title: 'a connection that is cut for a while',
    noticeWithinMs: SECONDS,
    cause: /connection was lost/,
    isWritable: true,
    inject: ({ proxy }) => proxy.refuse(),
    heal: ({ proxy }) => proxy.heal(),
  },
  {
    title: 'a connection that is half open',
    noticeWithinMs: 3 * SECONDS,
    cause: /no heartbeat/,
    isWritable: true,
    inject: async ({ proxy }) => proxy.blackHole(),
    heal: ({ proxy }) => proxy.heal(),
  },
  {
    title: 'a connection that breaks in the middle of a message',
    noticeWithinMs: SECONDS,
    cause: /connection was lost/,
    isWritable: true,
    async inject({ proxy, admin, bucket }) {
      proxy.truncateAfter(100);
      for (let count = 0; count < 3; count++) await admin.put(bucket, 'k.torn', 'x'.repeat(200));
    },
    heal: async () => undefined,
  },
  {
    title: 'a consumer that was deleted on the server',
    noticeWithinMs: 3 * SECONDS,
    cause: /no longer has the consumer/,
    isWritable: true,
    async inject({ admin, bucket }) {
      for (const name of await admin.consumerNames(bucket)) {
        await admin.api(`CONSUMER.DELETE.KV_${bucket}.${name}`);
      }
    },
    heal: async () => undefined,
  },
];

const withEachWire = faults.flatMap((fault) =>
  (['direct', 'client'] as const).map((wire) => ({ ...fault, wire })),
);

describeOnServers('supervision', ({ source }) => {
  /** Writes until it is acknowledged; an attempt that was not may be in the log as well. */
  const write = (bucket: NatsKvStore, key: string, text: string): Promise<VersionToken> =>
    eventually(() => bucket.writer.put(key, value(text)).catch(() => undefined), {
      what: 'a write to be taken',
      deadlineMs: 20 * SECONDS,
    });

  test.each(withEachWire)(
    'over $title, $wire wire: noticed, reported, nothing lost or repeated',
    async (fault) => {
      await using server = await startNatsServer({ source });
      await using proxy = await startFaultProxy({ target: server.url });
      await using admin = await ServerAdmin.connect(server.url);
      await using writing = await connectNats({ servers: server.url, timeoutMs: SECONDS });
      const { wire } = fault;
      await using reading = await connectNats({ servers: proxy.url, timeoutMs: SECONDS, wire });
      const config = { history: EVERY_VERSION };
      const writable = await writing.bucket('routes', { config });
      const bucket = await reading.bucket('routes', { heartbeatMs: FAST_HEARTBEAT_MS });
      await using fleet = await Fleet.open();
      for (let count = 0; count < 20; count++) await write(writable, `k.${count}`, 'before');
      await fleet.start(bucket);
      const scene = { server, proxy, admin, bucket: 'routes' };

      for (const { states } of fleet.nodes) states.length = 0;
      const injectedAt = performance.now();
      await fault.inject(scene);
      await fleet.each(async ({ name, states, store }) => {
        const stale = await eventually(() => states.find((state) => state.name === 'stale'), {
          what: `the node with the ${name} fold to notice the fault`,
          deadlineMs: fault.noticeWithinMs + FAST_HEARTBEAT_MS,
        });
        expect(performance.now() - injectedAt, name).toBeLessThan(fault.noticeWithinMs + 2 * SECONDS);
        expect(stale.cause?.message, name).toMatch(fault.cause);
        expect(stale.cause?.recovery, name).toBe('retry');
        expect(store.sync?.get('k.7')?.key, name).toBe('k.7');
      });
      if (fault.isWritable) {
        for (let count = 0; count < 20; count++) await write(writable, `k.${count}`, 'meanwhile');
        await writable.writer.delete('k.3');
      }
      await fault.heal(scene);

      await write(writable, 'k.new', 'after');
      await writable.writer.delete('k.5');
      const last = await write(writable, 'k.last', 'after');
      const { lastRevision } = await writable.status();
      const expected = Array.from({ length: Number(lastRevision) }, (_, index) => index + 1);
      await fleet.each(async ({ name, watch, applied, reconciled }) => {
        await watch.waitFor(last, { signal: AbortSignal.timeout(15 * SECONDS) });
        await eventually(() => watch.state.name === 'live', { what: `the ${name} fold to be live again` });
        expect(
          applied.map((text) => Number(text.split(' ')[2])),
          name,
        ).toEqual(expected);
        expect(reconciled, name).toEqual([]);
      });
      for (const { name, delivered } of fleet.nodes) expect(delivered, name).toBe(expected.length);
      await fleet.expectEndsEqual(writable);
    },
  );

  test('a connection that stays half open is left for another one', async () => {
    await using server = await startNatsServer({ source });
    await using proxy = await startFaultProxy({ target: server.url });
    await using writing = await connectNats({ servers: server.url });
    await using reading = await connectNats({
      servers: [proxy.url, server.url],
      timeoutMs: SECONDS,
      client: { noRandomize: true, pingInterval: 500, maxPingOut: 2 },
    });
    const writable = await writing.bucket('routes');
    const bucket = await reading.bucket('routes', { heartbeatMs: FAST_HEARTBEAT_MS });
    await using node = await Follower.open();
    await node.start(bucket);
    proxy.blackHole();
    const last = await writable.writer.put('k', value('meanwhile'));
    await node.watch.waitFor(last, { signal: AbortSignal.timeout(15 * SECONDS) });
    await node.expectEquals(writable);
  });

  test.skipIf(unfit(source, 'local') !== undefined).each([
    ['a user that was removed', ''],
    [
      'a permission that was revoked',
      ', { user: r, password: r, permissions: { publish: { deny: "$JS.API.>" } } }',
    ],
  ])('%s ends the watch with UNAUTHORIZED, and the fold stays readable', async (_, reader) => {
    await using folder = await temporaryDirectory();
    const users = join(folder.path, 'users.conf');
    const allow = (others: string): Promise<void> =>
      writeFile(users, `users: [{ user: w, password: w }${others}]\n`);
    await mkdir(dirname(users), { recursive: true });
    await allow(', { user: r, password: r }');
    // An include is looked for beside the file that includes it, whose folder is a temporary one as well.
    const include = join('..', relative(tmpdir(), users));
    const config = `authorization { include ${JSON.stringify(include)} }`;
    await using server = await startNatsServer({ source, config });
    await using admin = await ServerAdmin.connect(server.url, { user: 'w', pass: 'w' });
    await using reading = await connectNats({
      servers: server.url,
      user: 'r',
      pass: 'r',
      timeoutMs: SECONDS,
    });
    const bucket = await reading.bucket('routes', { heartbeatMs: FAST_HEARTBEAT_MS });
    await admin.put('routes', 'k', '1');
    await using node = await Follower.open();
    await node.start(bucket);
    await allow(reader);
    process.kill(Number(server.pid), 'SIGHUP');
    // What the watch has it keeps; it is when it has to ask for something that it hears of the new rules.
    await eventually(() => server.logTail.includes('Reloaded'), { what: 'the server to reload' });
    for (const name of await admin.consumerNames('routes')) {
      await admin.api(`CONSUMER.DELETE.KV_routes.${name}`);
    }
    await expect(node.watch.done).rejects.toSatisfy((error) => SlipstreamError.is(error, 'UNAUTHORIZED'));
    expect(node.watch.state.name).toBe('failed');
    expect(node.store.sync?.get('k')?.key).toBe('k');
  });

  test('a bucket that is re-created under a live watch is followed again, and no stale key survives', async () => {
    await using server = await startNatsServer({ source });
    await using admin = await ServerAdmin.connect(server.url);
    await using nats = await connectNats({ servers: server.url });
    const bucket = await nats.bucket('routes', { heartbeatMs: FAST_HEARTBEAT_MS });
    await bucket.writer.put('stale', value('1'));
    await bucket.writer.put('both', value('1'));
    await using node = await Follower.open();
    await node.start(bucket);
    await admin.deleteBucket('routes');
    await eventually(() => node.watch.state.cause?.code === 'NOT_FOUND', { what: 'the loss to be noticed' });
    expect(node.watch.state.name).toBe('stale');
    expect(node.store.sync?.get('stale')?.key).toBe('stale');
    const recreated = await nats.bucket('routes');
    await recreated.writer.put('both', value('2'));
    const live = (): boolean => node.watch.state.name === 'live';
    await eventually(live, { what: 'the watch to be live', deadlineMs: 30_000 });
    await node.expectEndsEqual(await contentOf(recreated));
    expect(node.reconciled).toMatchObject([{ reason: 'epoch-changed', vanished: ['stale'] }]);
  });

  test('a bucket that was deleted and is gone ends the watch with NOT_FOUND', async () => {
    await using server = await startNatsServer({ source });
    await using admin = await ServerAdmin.connect(server.url);
    await using nats = await connectNats({ servers: server.url });
    const bucket = await nats.bucket('routes', { heartbeatMs: FAST_HEARTBEAT_MS });
    await bucket.writer.put('k', value('1'));
    await using node = await Follower.open();
    await node.start(bucket, { missingSourceMs: 1_000 });
    await admin.deleteBucket('routes');
    await expect(node.watch.done).rejects.toSatisfy((error) => SlipstreamError.is(error, 'NOT_FOUND'));
    expect(node.store.sync?.get('k')?.key).toBe('k');
  });
});
