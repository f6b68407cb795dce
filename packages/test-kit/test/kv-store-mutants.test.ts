import {
  type KvStoreContext,
  type KvStoreHarness,
  type KvStoreNeed,
  kvStoreMutants,
  kvStoreSuite,
} from '../src/index.js';
import { defineMutantTests } from './fixtures/assert-mutants-die.js';
import { plainReferenceHarness, referenceHarness } from './fixtures/reference-harness.js';

defineMutantTests<KvStoreHarness, KvStoreContext, KvStoreNeed>({
  suite: kvStoreSuite,
  harnesses: [referenceHarness, plainReferenceHarness],
  mutants: kvStoreMutants,
});
