import { type KvUpdate, prefix, watchApplied } from '@slipstream/core';
import { LogSnapshotStore } from '@slipstream/log';
import { eventually, temporaryDirectory } from '@slipstream/test-kit';
import { startNatsServer } from '@slipstream/test-kit/nats';
import { expect, test } from 'vitest';
import { connectNats } from '../src/index.js';
import { describeOnServers } from './support/server-series.js';

const value = (text: string): Uint8Array => new TextEncoder().encode(text);

describeOnServers('a fold on disk that follows a bucket', ({ source }) => {
  test('gets every change once, over a kill of the server and over a restart of its own', async () => {
    await using server = await startNatsServer({ source });
    await using folder = await temporaryDirectory();
    await using nats = await connectNats({ servers: server.url });
    const bucket = await nats.bucket('routes', { heartbeatMs: 500 });
    const delivered: (readonly [string, bigint | undefined])[] = [];
    const apply = (updates: readonly KvUpdate[]): void => {
      for (const { key, version } of updates) delivered.push([key, version.revision]);
    };
    const follow = async () => {
      const store = await LogSnapshotStore.open({ path: folder.path });
      const watch = watchApplied({ source: bucket, scope: prefix('svc.'), store, apply });
      return { store, watch };
    };

    const first = await follow();
    await bucket.writer.put('svc.a', value('1'));
    await first.watch.waitFor(await bucket.writer.put('svc.b', value('1')));
    await server.kill();
    await eventually(() => first.watch.state.name === 'stale', { what: 'the watch to notice' });
    await server.restart();
    const later = await eventually(() => bucket.writer.put('svc.a', value('2')).catch(() => undefined), {
      what: 'the server to take writes again',
    });
    await first.watch.waitFor(later);
    const cursor = await first.watch.stop();
    await first.store.close();
    expect(cursor.version.equals(later)).toBe(true);

    await bucket.writer.put('other', value('x'));
    const deleted = await bucket.writer.delete('svc.b');
    const second = await follow();
    await second.watch.waitFor(deleted);
    expect(delivered).toEqual([
      ['svc.a', 1n],
      ['svc.b', 2n],
      ['svc.a', 3n],
      ['svc.b', 5n],
    ]);
    expect(second.store.sync?.get('svc.b')).toBeUndefined();
    expect(new TextDecoder().decode(second.store.sync?.get('svc.a')?.value)).toBe('2');
    await second.watch.stop();
    await second.store.close();
  });
});
