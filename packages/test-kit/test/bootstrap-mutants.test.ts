import { type BootstrapHarness, bootstrapMutants, bootstrapSuite } from '../src/index.js';
import { defineMutantTests } from './fixtures/assert-mutants-die.js';
import { bootstrapHarness } from './fixtures/bootstrap-harness.js';

defineMutantTests<BootstrapHarness, Parameters<(typeof bootstrapSuite.cases)[number]['run']>[0], string>({
  suite: bootstrapSuite,
  harnesses: [bootstrapHarness],
  mutants: bootstrapMutants,
});
