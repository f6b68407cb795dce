import type { SuiteDefinition } from '../suite/conformance-case.js';
import { defineSuite } from '../suite/define-suite.js';
import type { TestRunner } from '../suite/test-runner.js';
import { bookmarkCases } from './bookmark.cases.js';
import { expiryCases } from './expiry.cases.js';
import { type KvStoreCase, type KvStoreNeed, kvStoreRequirements } from './kv-store-case.js';
import { KvStoreContext } from './kv-store-context.js';
import type { KvStoreHarness, TestBucket } from './kv-store-harness.js';
import { lifecycleCases } from './lifecycle.cases.js';
import { listingCases } from './listing.cases.js';
import { manifestCases } from './manifest.cases.js';
import { purgeCases } from './purge.cases.js';
import { readCases } from './read.cases.js';
import { resumeCases } from './resume.cases.js';
import { retentionCases } from './retention.cases.js';
import { watchCases } from './watch.cases.js';
import { watchLifetimeCases } from './watch-lifetime.cases.js';
import { watchPullCases } from './watch-pull.cases.js';
import { watchScopeCases } from './watch-scope.cases.js';
import { writeCases } from './write.cases.js';

/** Every case of the suite, for custom runners and reports. */
export const kvStoreCases: readonly KvStoreCase[] = [
  ...manifestCases,
  ...readCases,
  ...listingCases,
  ...writeCases,
  ...purgeCases,
  ...watchCases,
  ...watchScopeCases,
  ...watchPullCases,
  ...watchLifetimeCases,
  ...resumeCases,
  ...expiryCases,
  ...bookmarkCases,
  ...retentionCases,
  ...lifecycleCases,
];

export const kvStoreSuite: SuiteDefinition<KvStoreHarness, KvStoreContext, KvStoreNeed> = {
  name: 'KvStore',
  cases: kvStoreCases,
  requirements: kvStoreRequirements,
  createContext: (harness, run) => new KvStoreContext(harness, run),
};

/** Declares the tests of a source. */
export function defineKvStoreSuite<B extends TestBucket>(
  runner: TestRunner,
  harness: KvStoreHarness<B>,
): void {
  defineSuite(runner, kvStoreSuite, harness);
}
