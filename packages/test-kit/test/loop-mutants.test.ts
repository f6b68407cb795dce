import { type LoopContext, type LoopHarness, type LoopNeed, loopMutants, loopSuite } from '../src/index.js';
import { defineMutantTests } from './fixtures/assert-mutants-die.js';
import { journalHarness } from './fixtures/journal-harness.js';
import { referenceHarness } from './fixtures/reference-harness.js';

const harness: LoopHarness = {
  name: 'reference into journal',
  source: referenceHarness,
  fold: journalHarness,
};

defineMutantTests<LoopHarness, LoopContext, LoopNeed>({
  suite: loopSuite,
  harnesses: [harness],
  mutants: loopMutants,
});
