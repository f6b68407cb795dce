import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, nkeys } from '@nats-io/transport-node';
import { all } from '@slipstream/core';
import { eventually } from '@slipstream/test-kit';
import { startNatsServer } from '@slipstream/test-kit/nats';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { connectNats, fromConnection, type NatsConnectOptions } from '../src/index.js';
import { selfMadeCertificate } from './support/certificate.js';
import { expectCode } from './support/expect-code.js';
import { FakeServer } from './support/fake-server.js';
import { freePort } from './support/free-port.js';
import { operatorMode } from './support/operator-mode.js';
import { ServerAdmin } from './support/server-admin.js';
import { describeOnServers, unfit } from './support/server-series.js';
import { WatchReader } from './support/watch-reader.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipstream-nats-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('connectNats without a server', () => {
  test('a server that is not there is UNAVAILABLE', async () => {
    await expectCode(connectNats({ servers: `127.0.0.1:${await freePort()}` }), 'UNAVAILABLE');
  });

  test('a peer that accepts connections and says nothing is TIMEOUT', async () => {
    await using fake = await FakeServer.start({});
    await expectCode(connectNats({ servers: fake.url, timeoutMs: 200 }), 'TIMEOUT');
  });

  test('waiting for a silent peer ends with ABORTED when the signal fires', async () => {
    await using fake = await FakeServer.start({});
    const controller = new AbortController();
    const connecting = connectNats({ servers: fake.url, signal: controller.signal, timeoutMs: 2_000 });
    controller.abort();
    await expectCode(connecting, 'ABORTED');
  });

  test('a server older than 2.10 is UNSUPPORTED, and the message names its version', async () => {
    await using fake = await FakeServer.start({ version: '2.9.25' });
    const error = await expectCode(connectNats({ servers: fake.url }), 'UNSUPPORTED');
    expect(error.message).toContain('2.9.25');
  });

  test('a request that a connected peer never answers is TIMEOUT', async () => {
    await using fake = await FakeServer.start({ version: '2.15.1' });
    await using nats = await connectNats({ servers: fake.url, timeoutMs: 150 });
    await expectCode(nats.bucket('b'), 'TIMEOUT');
  });

  test('a request in flight ends with CLOSED when the client closes', async () => {
    await using fake = await FakeServer.start({ version: '2.15.1' });
    const nats = await connectNats({ servers: fake.url });
    const opening = expectCode(nats.bucket('b'), 'CLOSED');
    await nats.close();
    await opening;
  });

  const malformed: readonly [string, NatsConnectOptions, typeof TypeError | typeof RangeError, RegExp][] = [
    ['two kinds of credentials', { user: 'a', token: 't' }, TypeError, /user and token/],
    ['a password without a user', { pass: 'p' }, TypeError, /without user/],
    ['a seed that is none', { nkey: 'SUxxSECRETxx' }, TypeError, /nkey/],
    ['creds without a JWT', { creds: 'SECRET' }, TypeError, /creds/],
    ['a domain of two tokens', { domain: 'a.b' }, TypeError, /domain/],
    ['an inbox prefix with a wildcard', { inboxPrefix: 'a.>' }, TypeError, /inboxPrefix/],
    ['an inbox prefix with an empty token', { inboxPrefix: 'a.' }, TypeError, /inboxPrefix/],
    ['a timeout of 0', { timeoutMs: 0 }, RangeError, /timeoutMs/],
    ['a timeout that is not a number', { timeoutMs: Number.NaN }, RangeError, /timeoutMs/],
  ];
  test.each(malformed)('%s is refused before anything is sent', async (_, options, kind, message) => {
    const outcome = await connectNats({ servers: '127.0.0.1:1', ...options }).catch(
      (error: unknown) => error,
    );
    expect(outcome).toBeInstanceOf(kind);
    expect(String(outcome)).toMatch(message);
    expect(String(outcome)).not.toContain('SECRET');
  });

  test('a credsFile that is not there is NOT_FOUND, and the message names it', async () => {
    const credsFile = join(folder, 'none.creds');
    const error = await expectCode(connectNats({ credsFile }), 'NOT_FOUND');
    expect(error.message).toContain(credsFile);
  });
});

describeOnServers('connectNats', ({ source }) => {
  const start = (config?: string, jetstream?: boolean) => startNatsServer({ source, config, jetstream });

  test('user and password, right and wrong', async () => {
    await using server = await start('authorization { user: anna, password: "s3cret" }');
    await using nats = await connectNats({ servers: server.url, user: 'anna', pass: 's3cret' });
    expect((await (await nats.bucket('b')).writer.put('a', bytes('1'))).revision).toBe(1n);
    await expectCode(connectNats({ servers: server.url, user: 'anna', pass: 'no' }), 'UNAUTHORIZED');
    await expectCode(connectNats({ servers: server.url }), 'UNAUTHORIZED');
  });

  test('a token, right and wrong', async () => {
    await using server = await start('authorization { token: "t0ken" }');
    await using nats = await connectNats({ servers: server.url, token: 't0ken' });
    expect(nats.isConnected).toBe(true);
    await expectCode(connectNats({ servers: server.url, token: 'other' }), 'UNAUTHORIZED');
  });

  test('an nkey, right and wrong', async () => {
    const user = nkeys.createUser();
    await using server = await start(`authorization { users: [ { nkey: ${user.getPublicKey()} } ] }`);
    const nkey = new TextDecoder().decode(user.getSeed());
    await using nats = await connectNats({ servers: server.url, nkey });
    expect(nats.isConnected).toBe(true);
    const stranger = new TextDecoder().decode(nkeys.createUser().getSeed());
    await expectCode(connectNats({ servers: server.url, nkey: stranger }), 'UNAUTHORIZED');
  });

  test('a creds file and its text, and those of another operator', async () => {
    const { config, creds } = operatorMode();
    await using server = await start(config);
    const credsFile = join(folder, 'user.creds');
    writeFileSync(credsFile, creds);
    await using byFile = await connectNats({ servers: server.url, credsFile });
    expect((await (await byFile.bucket('b')).writer.put('a', bytes('1'))).revision).toBe(1n);
    await using byText = await connectNats({ servers: server.url, creds });
    expect(byText.isConnected).toBe(true);
    await expectCode(connectNats({ servers: server.url, creds: operatorMode().creds }), 'UNAUTHORIZED');
  });

  test('TLS with a certificate that is trusted, and with one that is not', async ({ skip }) => {
    const obstacle = unfit(source, 'local');
    if (obstacle !== undefined) return skip(obstacle);
    const certificate = selfMadeCertificate(folder);
    if (certificate === undefined) return skip('there is no openssl');
    const { certFile, keyFile } = certificate;
    await using server = await start(`tls { cert_file: "${certFile}", key_file: "${keyFile}" }`);
    await using nats = await connectNats({ servers: server.url, tls: { caFile: certFile } });
    expect((await (await nats.bucket('b')).writer.put('a', bytes('1'))).revision).toBe(1n);
    const error = await expectCode(connectNats({ servers: server.url }), 'UNAVAILABLE');
    expect(error.hint).toContain('certificate');
  });

  test('a server without JetStream is UNSUPPORTED', async () => {
    await using server = await start(undefined, false);
    await using nats = await connectNats({ servers: server.url });
    await expectCode(nats.bucket('b'), 'UNSUPPORTED');
    await using abroad = await connectNats({ servers: server.url, domain: 'hub' });
    const error = await expectCode(abroad.bucket('b'), 'UNAVAILABLE');
    expect(error.message).toContain('domain hub');
  });

  test('an account without JetStream is UNSUPPORTED, and one at its limit LIMIT_EXCEEDED', async () => {
    await using server = await start(`accounts {
      NONE { users: [ { user: none, password: p } ] }
      FEW { jetstream { max_streams: 1 }, users: [ { user: few, password: p } ] }
    }`);
    await using none = await connectNats({ servers: server.url, user: 'none', pass: 'p' });
    await expectCode(none.bucket('b'), 'UNSUPPORTED');
    await using few = await connectNats({ servers: server.url, user: 'few', pass: 'p' });
    await few.bucket('first');
    await expectCode(few.bucket('second'), 'LIMIT_EXCEEDED');
  });

  test('what the user may not publish or subscribe to is UNAUTHORIZED at once', async () => {
    await using server = await start(`authorization {
      users: [
        { user: all, password: p }
        { user: reader, password: p, permissions { publish { deny: "$KV.b.>" } } }
        { user: deaf, password: p, permissions { subscribe { deny: "_INBOX.>" } } }
      ]
    }`);
    await using writer = await connectNats({ servers: server.url, user: 'all', pass: 'p' });
    await writer.bucket('b');
    await using reader = await connectNats({ servers: server.url, user: 'reader', pass: 'p' });
    const bucket = await reader.bucket('b', { create: false });
    await expectCode(bucket.writer.put('a', bytes('1')), 'UNAUTHORIZED');
    expect((await bucket.status()).lastRevision).toBe(0n);
    await using deaf = await connectNats({ servers: server.url, user: 'deaf', pass: 'p' });
    await expectCode(deaf.bucket('b', { create: false }), 'UNAUTHORIZED');
    // And so is the next request: the client has ended the subscription that was refused.
    await expectCode(deaf.bucket('b', { create: false }), 'UNAUTHORIZED');
  });

  test('a user with an inbox prefix of his own can do everything with it', async () => {
    await using server = await start(`authorization {
      users: [ { user: own, password: p, permissions { subscribe { allow: "_INBOX_own.>" } } } ]
    }`);
    const options = { servers: server.url, user: 'own', pass: 'p', inboxPrefix: '_INBOX_own' };
    await using nats = await connectNats(options);
    const bucket = await nats.bucket('b');
    await bucket.writer.put('a', bytes('1'));
    for await (const key of bucket.reader.keys('')) expect(key).toBe('a');

    const { inboxPrefix, pass, user, servers } = options;
    await using connection = await connect({ inboxPrefix, pass, user, servers });
    await using reusing = await fromConnection(connection);
    expect((await (await reusing.bucket('b')).reader.get('a'))?.key).toBe('a');
  });

  test('a connection that was handed in stays open, and keeps nothing of ours', async () => {
    await using server = await start();
    await using admin = await ServerAdmin.connect(server.url);
    const nats = await fromConnection(admin.connection);
    const bucket = await nats.bucket('b');
    const watch = bucket.watcher.watch(all())[Symbol.asyncIterator]();
    await watch.next();
    const waiting = expectCode(watch.next(), 'CLOSED');
    await nats.close();
    await waiting;
    expect(admin.connection.isClosed()).toBe(false);
    expect(await admin.consumerNames('b')).toEqual([]);
    await expectCode(bucket.reader.get('a'), 'CLOSED');
    await expectCode(nats.bucket('b'), 'CLOSED');
  });

  test('a connection that is closed cannot be used', async () => {
    await using server = await start();
    const connection = await connect({ servers: server.url });
    await connection.close();
    await expectCode(fromConnection(connection), 'CLOSED');
  });

  test('a connection that its owner drains is CLOSED for everything', async () => {
    await using server = await start();
    const connection = await connect({ servers: server.url });
    await using nats = await fromConnection(connection);
    const bucket = await nats.bucket('b');
    await using reader = new WatchReader(bucket.watcher, all());
    await reader.caughtUp();
    const waiting = expectCode(
      reader.pullUntil(() => false),
      'CLOSED',
    );
    const drained = connection.drain();
    await expectCode(bucket.reader.get('a'), 'CLOSED');
    await expectCode(fromConnection(connection), 'CLOSED');
    await drained;
    await waiting;
  });

  test('a connection that is used for long keeps nothing of those that used it', async () => {
    await using server = await start();
    await using connection = await connect({ servers: server.url });
    // What waits for that promise is kept for as long as the connection is open.
    const closed = vi.spyOn(connection, 'closed');
    await (await fromConnection(connection)).close();
    expect(closed).not.toHaveBeenCalled();
  });

  test('requests in flight end as soon as the server dies, and work again when it is back', async () => {
    await using server = await start();
    await using nats = await connectNats({ servers: server.url });
    const bucket = await nats.bucket('b');
    await bucket.writer.put('a', bytes('1'));
    await server.suspend();
    const inFlight = expectCode(bucket.writer.put('a', bytes('2')), 'UNAVAILABLE');
    await server.kill();
    await inFlight;
    await eventually(() => !nats.isConnected, { what: 'the client to notice' });
    await expectCode(bucket.reader.get('a'), 'UNAVAILABLE');
    await server.restart();
    await eventually(() => nats.isConnected, { what: 'the client to reconnect' });
    const entry = await eventually(() => bucket.reader.get('a').catch(() => undefined), {
      what: 'an answer',
    });
    expect(new TextDecoder().decode(entry.value)).toBe('1');
  });

  test('closing twice, and closing while a bucket is open, is fine', async () => {
    await using server = await start();
    const nats = await connectNats({ servers: server.url });
    const bucket = await nats.bucket('b');
    await Promise.all([nats.close(), nats.close(), bucket.close()]);
    await bucket.close();
    expect(nats.isConnected).toBe(false);
  });

  test('buckets opened at the same time over one connection are one bucket', async () => {
    await using server = await start();
    await using nats = await connectNats({ servers: server.url });
    const buckets = await Promise.all(Array.from({ length: 8 }, () => nats.bucket('b')));
    const epochs = await Promise.all(buckets.map(async (bucket) => (await bucket.status()).epoch));
    expect(new Set(epochs).size).toBe(1);
  });
});
