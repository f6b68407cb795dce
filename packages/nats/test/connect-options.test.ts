import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@slipstream/test-kit';
import { startNatsServer } from '@slipstream/test-kit/nats';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { connectNats } from '../src/index.js';
import { selfMadeCertificate } from './support/certificate.js';
import { expectCode } from './support/expect-code.js';
import { FakeServer } from './support/fake-server.js';
import { freePort } from './support/free-port.js';
import { operatorMode } from './support/operator-mode.js';
import { describeOnServers } from './support/server-series.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipstream-nats-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// Repeated attempts would run out of file descriptors, and the process would not end by itself.
describe('an attempt to connect that fails leaves no socket behind', () => {
  const released = (fake: FakeServer): Promise<boolean> =>
    eventually(() => fake.open === 0, { what: 'the socket to be closed' });

  test('when the peer says nothing', async () => {
    await using fake = await FakeServer.start({});
    await expectCode(connectNats({ servers: fake.url, timeoutMs: 100 }), 'TIMEOUT');
    await released(fake);
  });

  test('when the peer says nothing to the beginning of TLS', async () => {
    await using fake = await FakeServer.start({});
    const tls = { handshakeFirst: true };
    await expectCode(connectNats({ servers: fake.url, timeoutMs: 100, tls }), 'TIMEOUT');
    await released(fake);
  });

  test('when it is aborted, before the client gives up', async () => {
    await using fake = await FakeServer.start({});
    const controller = new AbortController();
    const { signal } = controller;
    const connecting = connectNats({ servers: fake.url, signal, client: { timeout: 3_600_000 } });
    await eventually(() => fake.open === 1, { what: 'the attempt' });
    controller.abort();
    await expectCode(connecting, 'ABORTED');
    await released(fake);
  });

  test('when it is aborted, although the client would try without end', async () => {
    const controller = new AbortController();
    const dials = vi.fn((): null => null);
    const client = {
      waitOnFirstConnect: true,
      reconnectTimeWait: 1,
      reconnectJitter: 0,
      reconnectToServer: dials,
    };
    const servers = `127.0.0.1:${await freePort()}`;
    const connecting = connectNats({ servers, signal: controller.signal, client });
    await eventually(() => dials.mock.calls.length > 2, { what: 'some attempts' });
    controller.abort();
    await expectCode(connecting, 'ABORTED');
    const before = dials.mock.calls.length;
    // As many attempts of another, while this one makes none.
    const other = new AbortController();
    const otherDials = vi.fn((): null => null);
    const going = connectNats({
      servers,
      signal: other.signal,
      client: { ...client, reconnectToServer: otherDials },
    });
    await eventually(() => otherDials.mock.calls.length > 3, { what: 'attempts of another' });
    other.abort();
    await expectCode(going, 'ABORTED');
    expect(dials.mock.calls.length).toBe(before);
  });
});

describe('files and credentials', () => {
  const servers = '127.0.0.1:1';

  test.each(['caFile', 'certFile', 'keyFile'])('a tls.%s that is not there is NOT_FOUND', async (option) => {
    const path = join(folder, 'none.pem');
    const error = await expectCode(connectNats({ servers, tls: { [option]: path } }), 'NOT_FOUND');
    expect(error.message).toContain(`tls.${option} ${path}`);
  });

  test('a key that is none is a TypeError', async () => {
    await expect(connectNats({ servers, tls: { cert: 'c', key: 'k' } })).rejects.toThrow(TypeError);
  });

  test('credentials in the address and beside it are a TypeError', async () => {
    const connecting = connectNats({ servers: 'nats://a:SECRET@127.0.0.1:1', user: 'b', pass: 'p' });
    await expect(connecting).rejects.toThrow(/user and servers/);
  });
});

describeOnServers('connectNats', ({ source }) => {
  test('as the user that the address names, whose password looks like a port', async () => {
    await using server = await startNatsServer({
      source,
      config: 'authorization { user: anna, password: "12@3" }',
    });
    const at = (pass: string): string => server.url.replace('://', `://anna:${pass}@`);
    await using nats = await connectNats({ servers: at('12%403') });
    expect(nats.isConnected).toBe(true);
    const error = await expectCode(connectNats({ servers: at('99') }), 'UNAUTHORIZED');
    expect(error.message).not.toContain('99@');
  });

  test('with a creds file that was edited on Windows', async () => {
    const { config, creds } = operatorMode();
    await using server = await startNatsServer({ source, config });
    const credsFile = join(folder, 'windows.creds');
    writeFileSync(credsFile, creds.replaceAll('\n', '\r\n'));
    await using nats = await connectNats({ servers: server.url, credsFile });
    expect(nats.isConnected).toBe(true);
  });

  test('by TLS to a server that wants certificates, which says what to look for', async ({ skip }) => {
    const certificate = selfMadeCertificate(folder);
    if (certificate === undefined) return skip('there is no openssl');
    const { certFile, keyFile } = certificate;
    const files = `cert_file: "${certFile}", key_file: "${keyFile}", ca_file: "${certFile}"`;
    await using server = await startNatsServer({ source, config: `tls { ${files}, verify: true }` });
    const tls = { caFile: certFile };
    await using nats = await connectNats({ servers: server.url, tls: { ...tls, certFile, keyFile } });
    expect(nats.isConnected).toBe(true);
    const error = await expectCode(connectNats({ servers: server.url, tls, timeoutMs: 200 }), 'TIMEOUT');
    expect(error.hint).toContain('tls.certFile');
  });
});
