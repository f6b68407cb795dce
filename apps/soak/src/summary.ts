import type { SoakOptions } from './options/soak-options.js';
import type { World } from './world/world.js';

/** What a run came to, in lines. */
export function summary({ tally, fleet, buckets }: World, { seed }: SoakOptions, minutes: number): string[] {
  const acknowledged = sum(buckets.map((bucket) => bucket.acknowledged));
  const cursors = sum(fleet.members.map(({ cursors: { checks } }) => checks));
  return [
    `${minutes.toFixed(1)} minutes, seed ${seed}`,
    `faults:  ${counts(tally.faults)}`,
    `writes:  ${counts(tally.writes)}; ${acknowledged} records, ${tally.unanswered} writes without an answer`,
    `applied: ${tally.delivered} updates`,
    `repairs: ${counts(tally.repairs)}; ${tally.vanished} keys had vanished`,
    `revived by killed servers: ${counts(tally.revivals)}`,
    `checks:  checkpoints ${tally.checkpoints}, cursors ${cursors}, ${counts(tally.checks)}`,
  ];
}

function counts(of: ReadonlyMap<string, number>): string {
  const kinds = [...of].filter(([, count]) => count > 0).map(([kind, count]) => `${kind} ${count}`);
  return kinds.sort().join(', ') || 'none';
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
