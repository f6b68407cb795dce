import type { SuiteDefinition } from '../suite/conformance-case.js';
import { defineSuite } from '../suite/define-suite.js';
import type { TestRunner } from '../suite/test-runner.js';
import { type KvStoreCase, type KvStoreNeed, kvStoreRequirements } from './kv-store-case.js';
import { KvStoreContext } from './kv-store-context.js';
import type { KvStoreHarness, TestBucket } from './kv-store-harness.js';
import { manifestCases } from './manifest.cases.js';

/** Every case of the suite, for custom runners and reports. */
export const kvStoreCases: readonly KvStoreCase[] = [...manifestCases];

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
