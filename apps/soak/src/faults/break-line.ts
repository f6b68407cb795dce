import type { FaultProxy } from '@slipstream/test-kit/nats';
import { pause } from '../lifetime/pause.js';
import { between, pick, type Random } from '../lifetime/random-choice.js';
import type { World } from '../world/world.js';

type LineFault = (line: FaultProxy, random: Random) => void | Promise<void>;

const lineFaults: Readonly<Record<string, LineFault>> = {
  'line cut': (line) => line.cut(),
  'line refused': (line) => line.refuse(),
  'line delayed': (line, random) => line.delay(between(random, 20, 400)),
  'line throttled': (line, random) => line.throttle(between(random, 2_000, 20_000)),
  'line black-holed': (line) => line.blackHole(),
  'line truncated': (line, random) => line.truncateAfter(between(random, 1, 5_000)),
};

/** Does to some nodes' lines what networks do, and heals them. */
export async function breakLine(
  { fleet, history }: World,
  random: Random,
  signal: AbortSignal,
): Promise<void> {
  const kind = pick(random, Object.keys(lineFaults));
  const afflicted = fleet.members.filter(() => random() < 0.4);
  if (afflicted.length === 0) return;
  history.inject(kind, `for ${afflicted.map(({ settings }) => settings.name).join(', ')}`);
  for (const { line } of afflicted) await lineFaults[kind]?.(line, random);
  await pause(between(random, 50, 4_000), signal);
  for (const member of afflicted) await member.healLine();
  history.note('lines healed');
}
