import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@nats-io/transport-node';
import { Mutex, ResourceScope } from '@slipstream/core';
import { fromConnection } from '@slipstream/nats';
import { FaultHistory } from '../faults/fault-history.js';
import { Fleet } from '../fleet/fleet.js';
import type { FleetMemberOptions } from '../fleet/fleet-member.js';
import { foldEngines } from '../node/node-protocol.js';
import { auditOpened } from '../oracle/audit-opened.js';
import { type BucketPlans, bucketPlans } from './bucket-plans.js';
import { SCOPED_PREFIX } from './key-space.js';
import { SoakBucket } from './soak-bucket.js';
import { startServers } from './start-servers.js';
import { StreamAdmin } from './stream-admin.js';
import { Tally } from './tally.js';
import type { World } from './world.js';

const REQUEST_TIMEOUT_MS = 3_000;

/**
 * Starts a server or a cluster, makes the buckets and starts the nodes: one per engine on the bucket that keeps
 * all, one of them beside on a prefix of it, and two on the bucket that evicts.
 *
 * @param program - What a node's process runs.
 * @throws {Error} without a nats-server that can be killed
 */
export async function openWorld(program: URL, isCluster: boolean): Promise<World> {
  const scope = new ResourceScope('the soak');
  try {
    const directory = await mkdtemp(join(tmpdir(), 'slipstream-soak-'));
    onClose(scope, () => rm(directory, { recursive: true, force: true }));
    const { servers, cluster, dispose } = await startServers(isCluster);
    onClose(scope, dispose);
    const serverUrls = servers.map(({ url }) => url);
    const connection = await connect({
      servers: serverUrls,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 200,
    });
    onClose(scope, () => connection.close());
    const client = await fromConnection(connection, { timeoutMs: REQUEST_TIMEOUT_MS });
    scope.attach(client);
    const admin = new StreamAdmin(connection);
    const plans = bucketPlans(servers[0]?.version ?? '', servers.length);
    const buckets = await Promise.all(plans.map((plan) => SoakBucket.open(client, admin, plan)));

    const tally = new Tally();
    const violation = new AbortController();
    const audit: FleetMemberOptions['audit'] = async (settings, cursor, table) => {
      const bucket = buckets.find(({ name }) => name === settings.bucket);
      if (bucket !== undefined)
        await auditOpened({ settings, cursor, table, bucket }, tally, violation.signal);
    };
    const isMadeAnew = (bucket: string): boolean =>
      buckets.some(({ name, isMadeAnew }) => name === bucket && isMadeAnew);
    const onViolation = (reason: Error): void => violation.abort(reason);
    const fleet = new Fleet({ program, serverUrls, directory, tally, audit, isMadeAnew, onViolation });
    scope.attach(fleet);
    await settle(fleet, plans);
    return {
      servers,
      cluster,
      outages: new Mutex(),
      buckets,
      admin,
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
  const verifyOnResume = steady.config.markerTtlMs === undefined ? 'always' : 'auto';
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
