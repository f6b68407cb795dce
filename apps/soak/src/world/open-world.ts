import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@nats-io/transport-node';
import { ResourceScope } from '@slipstream/core';
import { fromConnection } from '@slipstream/nats';
import { resolveNatsServer, startNatsServer } from '@slipstream/test-kit/nats';
import { FaultHistory } from '../faults/fault-history.js';
import { Fleet } from '../fleet/fleet.js';
import { foldEngines } from '../node/node-protocol.js';
import { type BucketPlans, bucketPlans } from './bucket-plans.js';
import { SCOPED_PREFIX, SoakBucket } from './soak-bucket.js';
import { StreamAdmin } from './stream-admin.js';
import { Tally } from './tally.js';
import type { World } from './world.js';

const REQUEST_TIMEOUT_MS = 3_000;

/**
 * Starts a server, makes the buckets and starts the nodes: one per engine on the bucket that keeps all, one of
 * them beside on a prefix of it, and two on the bucket that evicts.
 *
 * @param program - What a node's process runs.
 * @throws {Error} without a nats-server that can be killed
 */
export async function openWorld(program: URL): Promise<World> {
  const scope = new ResourceScope('the soak');
  try {
    const directory = await mkdtemp(join(tmpdir(), 'slipstream-soak-'));
    onClose(scope, () => rm(directory, { recursive: true, force: true }));
    const source = resolveNatsServer(process.env, { directory: import.meta.dirname });
    const server = await startNatsServer({ source });
    onClose(scope, async () => server[Symbol.asyncDispose]());
    if (!server.isControllable) throw new Error(`${server.url} runs elsewhere, and cannot be killed`);

    const connection = await connect({
      servers: server.url,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 200,
    });
    onClose(scope, () => connection.close());
    const client = await fromConnection(connection, { timeoutMs: REQUEST_TIMEOUT_MS });
    scope.attach(client);
    const plans = bucketPlans(server.version);
    const buckets = await Promise.all(plans.map((plan) => SoakBucket.open(client, plan)));

    const tally = new Tally();
    const violation = new AbortController();
    const onViolation = (reason: Error): void => violation.abort(reason);
    const fleet = new Fleet({ program, serverUrl: server.url, directory, tally, onViolation });
    scope.attach(fleet);
    await settle(fleet, plans);
    return {
      server,
      buckets,
      admin: new StreamAdmin(connection),
      fleet,
      tally,
      history: new FaultHistory(tally),
      directory,
      violated: violation.signal,
      [Symbol.asyncDispose]: () => scope.close(),
    };
  } catch (error) {
    await scope.close();
    throw error;
  }
}

async function settle(fleet: Fleet, [steady, evicting]: BucketPlans): Promise<void> {
  // Markers are removed that are younger than what `auto` counts on, unless the bucket says that they expire.
  const verifyOnResume = steady.config.allowTtl === true ? 'auto' : 'always';
  for (const engine of foldEngines) await fleet.settle({ engine, bucket: steady.name, verifyOnResume });
  await fleet.settle({ engine: 'log', bucket: steady.name, prefix: SCOPED_PREFIX, verifyOnResume });
  // What is evicted leaves no marker: only a comparison finds it out.
  for (const engine of ['lmdb', 'sqlite'] as const) {
    await fleet.settle({ engine, bucket: evicting.name, verifyOnResume: 'always' });
  }
}

function onClose(scope: ResourceScope, close: () => Promise<void>): void {
  scope.attach({ close, [Symbol.asyncDispose]: close });
}
