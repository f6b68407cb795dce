import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import type { Replica } from '@slipstream/core';
import { digestTable, type TableDigest, type TableEntry } from '../ledger/table-digest.js';
import { encodeRoute, type Route } from '../routes/route.js';
import { exportFold } from './export-fold.js';
import type { NodeHealth } from './node-health.js';

/** What a node's server answers from. */
export interface RouteServerOptions {
  readonly replica: Replica<Route>;
  /** The bucket that the routes are of. */
  readonly bucket: string;
  /** Gets the number of lookups served. */
  readonly describeHealth: (lookups: number) => Promise<NodeHealth>;
}

/**
 * A node's face to the world, for as long as the process lives, whatever becomes of the bucket:
 *
 * - `GET /route/<key>`: the route, from the local fold;
 * - `GET /health`: how the node is;
 * - `GET /digest`: a digest of the whole fold;
 * - `POST /export` with `{"directory": "…"}`: exports the fold to there, and goes on meanwhile.
 */
export function createRouteServer({ replica, bucket, describeHealth }: RouteServerOptions): Server {
  let lookups = 0;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = '/' } = request;
    if (method === 'GET' && url.startsWith('/route/')) {
      lookups += 1;
      lookUp(replica, decodeURIComponent(url.slice('/route/'.length)), response);
    } else if (method === 'GET' && url === '/health') {
      answer(response, 200, await describeHealth(lookups));
    } else if (method === 'GET' && url === '/digest') {
      answer(response, 200, await digest(replica));
    } else if (method === 'POST' && url === '/export') {
      const directory = await readDirectory(request);
      if (directory === undefined) answer(response, 400, { error: 'a directory is expected, as JSON' });
      else answer(response, 200, await exportFold(replica, directory, bucket));
    } else {
      answer(response, 404, { error: `${method} ${url} is not served` });
    }
  }

  return createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      answer(response, 500, { error: error instanceof Error ? error.message : String(error) });
    });
  });
}

function lookUp(replica: Replica<Route>, key: string, response: ServerResponse): void {
  // Before the read: what is read is then at least as new.
  const applied = Number(replica.cursor.revision ?? 0n);
  const entry = replica.entry(key);
  if (entry === undefined) {
    answer(response, 404, { key, applied });
  } else {
    const route = { revision: Number(entry.version.revision), value: encodeRoute(entry.value) };
    answer(response, 200, { key, applied, route });
  }
}

/** The directory that a request names; `undefined`: it does not. */
async function readDirectory(request: IncomingMessage): Promise<string | undefined> {
  // A web page can send other types to this port without being asked; this one it cannot.
  if (request.headers['content-type'] !== 'application/json') return undefined;
  const body = await json(request);
  if (typeof body !== 'object' || body === null || !('directory' in body)) return undefined;
  return typeof body.directory === 'string' ? body.directory : undefined;
}

function digest(replica: Replica<Route>): Promise<TableDigest> {
  return replica.between(async (fold) => {
    const entries: TableEntry[] = [];
    for await (const { key, value, version } of fold?.range('') ?? []) {
      entries.push({ key, value, revision: Number(version.revision) });
    }
    return digestTable(entries);
  });
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
