import { kvStoreRequirements } from '../kv-store/kv-store-case.js';
import type { ConformanceCase, Requirement } from '../suite/conformance-case.js';
import type { BootstrapContext } from './bootstrap-context.js';
import type { BootstrapHarness } from './bootstrap-harness.js';

/** What a case of the bootstrap suite can need. */
export type BootstrapNeed = 'source' | 'history' | 'other-fold';

export type BootstrapCase = ConformanceCase<BootstrapContext, BootstrapNeed>;

export const bootstrapRequirements: Readonly<Record<BootstrapNeed, Requirement<BootstrapHarness>>> = {
  source: {
    isMet: ({ source }) => kvStoreRequirements.watch.isMet(source) && kvStoreRequirements.write.isMet(source),
    reason: 'the source cannot be watched and written',
  },
  history: {
    isMet: ({ source }) => kvStoreRequirements.history.isMet(source),
    reason: kvStoreRequirements.history.reason,
  },
  'other-fold': {
    isMet: ({ otherFold }) => otherFold !== undefined,
    reason: 'the harness names no other fold',
  },
};
