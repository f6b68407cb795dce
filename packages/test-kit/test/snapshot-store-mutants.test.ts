import {
  type Mutant,
  type SnapshotStoreContext,
  type SnapshotStoreHarness,
  type SnapshotStoreNeed,
  snapshotStoreMutants,
  snapshotStoreSuite,
} from '../src/index.js';
import { defineMutantTests } from './fixtures/assert-mutants-die.js';
import { journalHarness } from './fixtures/journal-harness.js';
import { journalMutants } from './fixtures/journal-mutants.js';
import { scratchHarness, volatileHarness } from './fixtures/scratch-harness.js';

/** The medium is kept, though the harness says that nothing lasts. */
const lastsSecretly: Mutant<SnapshotStoreHarness> = {
  id: 'lasts-secretly',
  defect: 'keeps its entries from one opening to the next',
  killedBy: ['durability/none'],
  mutate: (harness) => ({ ...harness, open: (scratchHarness as SnapshotStoreHarness).open }),
};

defineMutantTests<SnapshotStoreHarness, SnapshotStoreContext, SnapshotStoreNeed>({
  suite: snapshotStoreSuite,
  harnesses: [journalHarness, volatileHarness],
  mutants: [
    ...snapshotStoreMutants,
    ...(journalMutants as readonly Mutant<SnapshotStoreHarness>[]),
    lastsSecretly,
  ],
  slow: [
    'lock/other-process',
    'durability/kill',
    'durability/torn-tail',
    'durability/flipped-bit',
    'limits/large-fold',
  ],
});
