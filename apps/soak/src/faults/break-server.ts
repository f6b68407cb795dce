import { pause } from '../lifetime/pause.js';
import { between, pick, type Random } from '../lifetime/random-choice.js';
import type { World } from '../world/world.js';

const alone = ['server killed', 'server stopped', 'server suspended'] as const;
// What a killed server revives is on one of three replicas only: there is no single bucket any more
// that a fold could equal.
const inCluster = ['server stopped', 'server suspended', 'leader stepped down'] as const;

/** Kills, stops or freezes a server, and brings it back; or has another one of a cluster lead. */
export async function breakServer(world: World, random: Random, signal: AbortSignal): Promise<void> {
  const { servers, buckets, history, outages, cluster } = world;
  const kind = pick<(typeof alone | typeof inCluster)[number]>(
    random,
    cluster === undefined ? alone : inCluster,
  );
  const outageMs = between(random, 50, 3_000);
  const server = pick(random, servers);
  const bucket = pick(random, buckets);
  await outages.run(async () => {
    if (kind === 'leader stepped down') {
      history.inject(kind, `of ${bucket.name}`);
      await cluster?.stepDown(`KV_${bucket.name}`);
      return;
    }
    history.inject(kind, `port ${server.port}, for ${outageMs} ms`);
    if (kind === 'server suspended') {
      await server.suspend();
      await pause(outageMs, signal);
      await server.resume();
    } else if (kind === 'server stopped') {
      await server.stop();
      await pause(outageMs, signal);
      await server.restart();
    } else {
      await server.kill();
      // What it forgets, it forgets now; what is removed from here on, no server has seen yet.
      for (const { ledger } of buckets) ledger.serverKilled();
      await pause(outageMs, signal);
      await server.restart();
    }
    history.note('server back');
  });
}
