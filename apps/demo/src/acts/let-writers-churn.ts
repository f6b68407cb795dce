import type { Stage } from '../stage.js';
import { figure } from '../verdict/claim.js';
import { settleLookups } from './settle-lookups.js';

/** Puts, deletes and lookups, all at once. */
export async function letWritersChurn(stage: Stage): Promise<void> {
  const { changes, writers, ledger, fleet, lookups, options, narrator } = stage;
  const before = ledger.size;
  lookups.start();
  narrator.say(`${figure(options.ratePerSecond)} changes a second, and as many lookups`);
  await writers.write(take(changes.churn(), options.changes * 2), { ratePerSecond: options.ratePerSecond });
  await fleet.untilAllApplied(ledger.head);
  const { right } = await settleLookups(stage);
  narrator.say(`${figure(ledger.size - before)} changes made and applied by every node`);
  narrator.say(`${figure(right)} lookups answered as of the revision that their node claimed`);
}

function* take<T>(from: Iterable<T>, count: number): Generator<T> {
  let taken = 0;
  for (const each of from) {
    if (taken++ === count) return;
    yield each;
  }
}
