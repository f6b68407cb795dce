import { type KvStoreNeed, kvStoreRequirements } from '../kv-store/kv-store-case.js';
import { snapshotStoreRequirements } from '../snapshot-store/snapshot-store-case.js';
import type { ConformanceCase, Requirement } from '../suite/conformance-case.js';
import type { LoopContext } from './loop-context.js';
import type { LoopHarness } from './loop-harness.js';

/** What a case of the loop suite can need. */
export type LoopNeed =
  | 'durable'
  | `source-${Extract<KvStoreNeed, 'write' | 'purge' | 'bookmarks' | 'evict' | 'remove-markers' | 'recreate'>}`;

export type LoopCase = ConformanceCase<LoopContext, LoopNeed>;

const ofSource = (need: KvStoreNeed): Requirement<LoopHarness> => ({
  isMet: ({ source }) => kvStoreRequirements.watch.isMet(source) && kvStoreRequirements[need].isMet(source),
  reason: kvStoreRequirements[need].reason,
});

export const loopRequirements: Readonly<Record<LoopNeed, Requirement<LoopHarness>>> = {
  durable: {
    isMet: ({ fold }) => snapshotStoreRequirements.durable.isMet(fold),
    reason: snapshotStoreRequirements.durable.reason,
  },
  'source-write': ofSource('write'),
  'source-purge': ofSource('purge'),
  'source-bookmarks': ofSource('bookmarks'),
  'source-evict': ofSource('evict'),
  'source-remove-markers': ofSource('remove-markers'),
  'source-recreate': ofSource('recreate'),
};
