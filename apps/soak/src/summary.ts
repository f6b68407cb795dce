import type { SoakOptions } from './options/soak-options.js';
import type { World } from './world/world.js';

/** What a run came to, in lines. */
export function summary({ tally, fleet, buckets }: World, { seed }: SoakOptions, minutes: number): string[] {
  const counts = (of: ReadonlyMap<string, number>): string =>
    [...of]
      .map(([kind, count]) => `${kind} ${count}`)
      .sort()
      .join(', ') || 'none';
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const acknowledged = sum(buckets.map(({ ledger }) => ledger.acknowledged));
  const cursors = sum(fleet.members.map(({ cursors: { checks } }) => checks));
  return [
    `${minutes.toFixed(1)} minutes, seed ${seed}`,
    `faults:  ${counts(tally.faults)}`,
    `writes:  ${acknowledged} acknowledged, ${tally.unanswered} without an answer`,
    `applied: ${tally.delivered} updates`,
    `repairs: ${counts(tally.repairs)}; ${tally.vanished} keys had vanished; ` +
      `${tally.scrubs} scrubs, for ${tally.revived} keys that the killed server revived, read ${tally.revivedReads} times`,
    `checks:  ${tally.checkpoints} checkpoints, ${tally.comparisons} folds compared with their bucket ` +
      `(${tally.compared} entries), ${cursors} cursors, ${tally.reads} reads (${tally.judgedReads} judged)`,
  ];
}
