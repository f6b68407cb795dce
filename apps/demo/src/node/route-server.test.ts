import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readManifest } from '@slipstream/artifact';
import { openReplica, type Replica } from '@slipstream/core';
import { logBackend } from '@slipstream/log';
import { MemoryKvStore } from '@slipstream/memory';
import { type TemporaryDirectory, temporaryDirectory } from '@slipstream/test-kit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encodeRoute, type Route, routeSchema } from '../routes/route.js';
import { createRouteServer } from './route-server.js';

const route = encodeRoute({ target: 'http://10.0.0.1:8080', weight: 1, ttlSeconds: 5, region: 'ams' });

let folder: TemporaryDirectory;
let bucket: MemoryKvStore;
let replica: Replica<Route>;
let server: Server;
beforeEach(async () => {
  folder = await temporaryDirectory();
  bucket = await MemoryKvStore.open({ name: 'routes' });
  await bucket.writer.put('route.auth.0', new TextEncoder().encode(route));
  replica = await openReplica({
    source: bucket,
    store: () => logBackend.open(`${folder.path}/fold`),
    schema: routeSchema,
  });
  await replica.ready;
  const describeHealth = () => Promise.reject(new Error('not asked for'));
  server = createRouteServer({ replica, bucket: bucket.name, describeHealth });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await replica.close();
  await bucket.close();
  await folder[Symbol.asyncDispose]();
});

function askForExport(body: string, contentType = 'application/json'): Promise<Response> {
  const { port } = server.address() as AddressInfo;
  const headers = { 'content-type': contentType };
  return fetch(`http://127.0.0.1:${port}/export`, { method: 'POST', headers, body });
}

describe('POST /export', () => {
  test('makes an artifact of the live fold, and says what is in it', async () => {
    const directory = `${folder.path}/artifact`;
    const response = await askForExport(JSON.stringify({ directory }));
    expect(response.status).toBe(200);
    const { entries, files } = await readManifest(directory);
    const bytes = files.reduce((sum, { size }) => sum + size, 0);
    expect(await response.json()).toMatchObject({ revision: 1, entries, bytes, appliedRevision: 1 });
    expect(replica.state.name).toBe('live');
  });

  test.each([
    ['that a web page can send unasked', '{"directory": "DIRECTORY"}', 'text/plain'],
    ['without a directory', '{}', 'application/json'],
    ['with a directory that is not a string', '{"directory": 1}', 'application/json'],
  ])('refuses a request %s, and writes nothing', async (_, body, contentType) => {
    const directory = `${folder.path}/artifact`;
    const response = await askForExport(body.replace('DIRECTORY', directory), contentType);
    expect(response.status).toBe(400);
    await expect(readManifest(directory)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('fails where something is already, and says so', async () => {
    const response = await askForExport(JSON.stringify({ directory: `${folder.path}/fold` }));
    expect(response.status).toBe(500);
    expect(await response.text()).toContain('/fold');
  });
});
