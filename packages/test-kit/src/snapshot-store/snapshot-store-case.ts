import type { ConformanceCase, Requirement } from '../suite/conformance-case.js';
import type { SnapshotStoreContext } from './snapshot-store-context.js';
import type { SnapshotStoreHarness } from './snapshot-store-harness.js';

/** What a case of the SnapshotStore suite can need. */
export type SnapshotStoreNeed =
  | 'durable'
  | 'not-durable'
  | 'synchronous-reads'
  | 'synchronous-ranges'
  | 'checksums'
  | 'files'
  | 'tail'
  | 'process'
  | 'artifacts'
  | 'large-fold';

export type SnapshotStoreCase = ConformanceCase<SnapshotStoreContext, SnapshotStoreNeed>;

export const snapshotStoreRequirements: Readonly<
  Record<SnapshotStoreNeed, Requirement<SnapshotStoreHarness>>
> = {
  durable: { isMet: ({ capabilities }) => capabilities.durable, reason: 'the fold is not durable' },
  'not-durable': { isMet: ({ capabilities }) => !capabilities.durable, reason: 'the fold is durable' },
  'synchronous-reads': {
    isMet: ({ capabilities }) => capabilities.synchronousReads,
    reason: 'the engine does not read synchronously',
  },
  'synchronous-ranges': {
    isMet: ({ capabilities }) => capabilities.synchronousRanges,
    reason: 'the engine only iterates asynchronously',
  },
  checksums: { isMet: ({ capabilities }) => capabilities.checksums, reason: 'the engine has no checksums' },
  files: { isMet: ({ files }) => files !== undefined, reason: 'the harness names no files' },
  tail: {
    isMet: ({ files }) => files?.tail !== undefined,
    reason: 'the engine has no file that commits are appended to',
  },
  process: {
    isMet: ({ process }) => process !== undefined,
    reason: 'the harness does not open folds in other processes',
  },
  artifacts: {
    isMet: ({ artifacts }) => artifacts !== undefined,
    reason: 'the harness does not import folds by their path',
  },
  'large-fold': {
    isMet: ({ largeFold }) => largeFold !== undefined,
    reason: 'opt in with largeFold in the harness',
  },
};
