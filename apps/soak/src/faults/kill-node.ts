import { pause } from '../lifetime/pause.js';
import { between, pick, type Random } from '../lifetime/random-choice.js';
import type { World } from '../world/world.js';

/** Kills a node wherever it is, and starts it again on the fold that it left. */
export async function killNode(
  { fleet, history }: World,
  random: Random,
  signal: AbortSignal,
): Promise<void> {
  const victim = pick(random, fleet.members);
  const downMs = between(random, 0, 2_500);
  history.inject(
    'node killed',
    `${victim.settings.name} at ${victim.cursors.last.revision}, for ${downMs} ms`,
  );
  await victim.restart(() => pause(downMs, signal));
  history.note(`${victim.settings.name} back at ${victim.cursors.last.revision}`);
}
