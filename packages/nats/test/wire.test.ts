import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { headers, type NatsConnection } from '@nats-io/nats-core';
import { connect } from '@nats-io/transport-node';
import { all, type KvUpdate } from '@slipstream/core';
import { eventually } from '@slipstream/test-kit';
import { startNatsServer } from '@slipstream/test-kit/nats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectNats, fromConnection, type WireReader } from '../src/index.js';
import { selfMadeCertificate } from './support/certificate.js';
import { Follower } from './support/follower.js';
import { describeOnServers, unfit } from './support/server-series.js';
import { FAST_HEARTBEAT_MS, useServer } from './support/test-bucket.js';
import { WatchReader } from './support/watch-reader.js';

const WIRES = ['direct', 'client'] as const;
const KEYS = 200;
/** Larger than what a socket hands over at once. */
const LARGE_BYTES = 300_000;

const plain = ({ kind, key, value, version }: KvUpdate): string =>
  `${kind} ${key} ${version.revision} ${Buffer.from(value).toString('base64')}`;

/** Publishes what a bucket may hold, and what it should not. */
async function fill(connection: NatsConnection, bucket: string): Promise<void> {
  const publish = (key: string, value: Uint8Array, ...lines: [string, string][]): void => {
    const block = headers();
    for (const [name, text] of lines) block.append(name, text);
    connection.publish(`$KV.${bucket}.${key}`, value, lines.length === 0 ? {} : { headers: block });
  };
  for (let count = 0; count < KEYS; count++) {
    // Payloads that look like frames must not be taken for some.
    publish(`plain.${count}`, Buffer.from(`\r\nMSG $KV.${bucket}.x 1 2\r\n${'\n'.repeat(count)}`));
    publish(
      `headers.${count}`,
      Buffer.alloc(count, count),
      ['X-Trace', 'é'.repeat(count % 7)],
      ['Nats-Rollup-No', 'x'],
    );
    if (count % 10 === 0) publish(`plain.${count}`, Buffer.alloc(0), ['KV-Operation', 'DEL']);
    if (count % 15 === 0) publish(`headers.${count}`, Buffer.alloc(0), ['KV-Operation', 'PURGE']);
    if (count % 50 === 0) publish(`large.${count}`, Buffer.alloc(LARGE_BYTES, `${count}\r\n`));
  }
  publish('empty', Buffer.alloc(0));
  publish('schlüssel', Buffer.from('no key of any bucket'));
  publish('last', Buffer.from('.'));
  await connection.flush();
}

describeOnServers('the wire', (series) => {
  const at = useServer(series);

  test('delivers the same updates, order and cursors with either reader', async () => {
    const bucket = await at.bucket({ config: { history: 10 } });
    await fill(at.admin.connection, bucket.name);
    const deliveries = [];
    for (const wire of WIRES) {
      await using nats = await connectNats({ servers: at.server.url, wire });
      expect(nats.wire).toBe(wire);
      const { watcher } = await nats.bucket(bucket.name, { create: false });
      await using reader = new WatchReader(watcher, all());
      const { cursor } = await reader.caughtUp();
      deliveries.push([...reader.updates.map(plain), cursor.toString()]);
    }
    expect(deliveries[0]).toEqual(deliveries[1]);
    expect(deliveries[0]?.length).toBeGreaterThan(2 * KEYS);
    expect(deliveries[0]?.find((text) => text.includes('large.50'))?.length).toBeGreaterThan(LARGE_BYTES);
    expect(deliveries[0]?.some((text) => text.includes('schl'))).toBe(false);
  });

  test.each(WIRES)('a connection of the application does its own work beside a watch: %s', async (wire) => {
    await using connection = await connect({ servers: at.server.url });
    await using nats = await fromConnection(connection, { wire });
    expect(nats.wire).toBe(wire);
    const bucket = await nats.bucket(`shared_${wire}`, { config: { storage: 'memory' } });
    const heard: string[] = [];
    connection.subscribe(`app.${wire}.>`, { callback: (_, message) => void heard.push(message.string()) });
    await using reader = new WatchReader(bucket.watcher, all());
    await reader.caughtUp();
    const before = connection.stats();
    for (let count = 0; count < KEYS; count++) {
      connection.publish(`app.${wire}.${count}`, `${count}\r\n`);
      connection.publish(`$KV.${bucket.name}.k.${count}`, `v${count}`);
    }
    await connection.flush();
    await reader.reached(BigInt(KEYS));
    expect(heard).toEqual(Array.from({ length: KEYS }, (_, index) => `${index}\r\n`));
    expect(reader.updates.map(({ key }) => key)).toEqual(
      Array.from({ length: KEYS }, (_, index) => `k.${index}`),
    );
    const { inMsgs, inBytes } = connection.stats();
    expect(inMsgs - before.inMsgs).toBeGreaterThanOrEqual(2 * KEYS);
    expect(inBytes - before.inBytes).toBeGreaterThanOrEqual(4 * KEYS);
    expect(connection.stats().inMsgs - before.inMsgs).toBeLessThan(2 * KEYS + 20);
  });

  test('a connection of the application is left as it was made, unless it asks', async () => {
    await using connection = await connect({ servers: at.server.url });
    await using nats = await fromConnection(connection);
    expect(nats.wire).toBe('client');
  });

  test('a connection of another client is read by that client', async () => {
    await using connection = await connect({ servers: at.server.url });
    const other = new Proxy(connection, { getPrototypeOf: () => Object.prototype });
    await using nats = await fromConnection(other, { wire: 'direct' });
    expect(nats.wire).toBe('client');
    const bucket = await nats.bucket('other', { config: { storage: 'memory' } });
    await bucket.writer.put('a', Buffer.from('1'));
    await using reader = new WatchReader(bucket.watcher, all());
    expect((await reader.caughtUp()).updates.map(({ key }) => key)).toEqual(['a']);
  });

  test('a wire that there is not is a TypeError', async () => {
    const wire = 'telegraph' as WireReader;
    await expect(connectNats({ servers: at.server.url, wire })).rejects.toThrow(TypeError);
  });

  describe('over TLS', () => {
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'slipstream-wire-'));
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    test.for(WIRES)('a watch goes on through restarts of the server: %s', async (wire, { skip }) => {
      const obstacle = unfit(series.source, 'local');
      if (obstacle !== undefined) return skip(obstacle);
      const certificate = selfMadeCertificate(folder);
      if (certificate === undefined) return skip('there is no openssl');
      const { certFile, keyFile } = certificate;
      const config = `tls { cert_file: "${certFile}", key_file: "${keyFile}" }`;
      await using server = await startNatsServer({ source: series.source, config });
      await using nats = await connectNats({ servers: server.url, wire, tls: { caFile: certFile } });
      expect(nats.wire).toBe(wire);
      const bucket = await nats.bucket('b', { heartbeatMs: FAST_HEARTBEAT_MS });
      await using node = await Follower.open();
      await node.start(bucket);
      for (let round = 0; round < 3; round++) {
        if (round > 0) await server.restart();
        const last = await eventually(
          () => bucket.writer.put(`k.${round}`, Buffer.alloc(100_000, round)).catch(() => undefined),
          { what: 'a write to be taken', deadlineMs: 20_000 },
        );
        await node.watch.waitFor(last, { signal: AbortSignal.timeout(20_000) });
      }
      await node.expectEquals(bucket);
      expect(nats.wire).toBe(wire);
    });
  });
});
