import { pause } from '../lifetime/pause.js';
import { between, pick, type Random } from '../lifetime/seeded-random.js';
import type { World } from '../world/world.js';

/** Kills, stops or freezes the server, and brings it back. */
export async function breakServer(
  { server, history }: World,
  random: Random,
  signal: AbortSignal,
): Promise<void> {
  const kind = pick(random, ['server killed', 'server stopped', 'server suspended'] as const);
  const outageMs = between(random, 50, 3_000);
  history.inject(kind, `for ${outageMs} ms`);
  if (kind === 'server suspended') {
    await server.suspend();
    await pause(outageMs, signal);
    await server.resume();
  } else {
    await (kind === 'server killed' ? server.kill() : server.stop());
    await pause(outageMs, signal);
    await server.restart();
  }
  history.note('server back');
}
