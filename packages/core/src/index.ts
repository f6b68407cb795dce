// For applications: replicas, watches, and the contracts of sources and folds.

export { VersionToken } from './cursor/version-token.js';
export { WatchCursor, type WatchCursorParts } from './cursor/watch-cursor.js';
export { type ErrorCode, errorRecovery, type Recovery } from './errors/error-code.js';
export { SlipstreamError, type SlipstreamErrorOptions } from './errors/slipstream-error.js';
export type { KvCapabilities } from './kv/kv-capabilities.js';
export type { KvEntry, KvUpdate, KvUpdateKind } from './kv/kv-entry.js';
export type { KvReader } from './kv/kv-reader.js';
export type { KvRequestOptions } from './kv/kv-request-options.js';
export type { KvLimits, KvStatus } from './kv/kv-status.js';
export type { KvStore } from './kv/kv-store.js';
export type { KvWatcher, KvWatchOptions, WatchChunk } from './kv/kv-watcher.js';
export type { KvPurgeOptions, KvPurger, KvTtlWriter, KvWriter } from './kv/kv-writer.js';
export type { BackoffOptions } from './lifetime/backoff.js';
export { type Cancel, type Clock, systemClock } from './lifetime/clock.js';
export type { Resource } from './lifetime/resource.js';
export type { ReconcileReason, VerifyOnResume } from './protocol/resume-plan.js';
export type { ResumeObstacle } from './protocol/resume-window.js';
export type { Change } from './replica/change-feed.js';
export { openReplica } from './replica/open-replica.js';
export type { QuarantinedValue, ValueQuarantinedEvent } from './replica/quarantine.js';
export type { Replica, ReplicaEntry } from './replica/replica.js';
export type { ReplicaEvent, ReplicaOptions } from './replica/replica-options.js';
export type { SchemaIssue, SchemaResult, StandardSchema } from './replica/standard-schema.js';
export { jsonCodec, textCodec, type ValueCodec, type ValueSchema } from './replica/value-codec.js';
export { all, prefix, prefixes, WatchScope } from './scope/watch-scope.js';
export type { FoldFollower } from './scrub/fold-at-rest.js';
export type { DriftFoundEvent, DriftKind, FoldDrift, FoldReport } from './scrub/fold-drift.js';
export { type VerifyFoldOptions, verifyFold } from './scrub/verify-fold.js';
export type { SnapshotCapabilities } from './snapshot/snapshot-capabilities.js';
export type {
  CheckpointOptions,
  RangeOptions,
  SnapshotBackend,
  SnapshotStats,
  SnapshotStore,
  SynchronousReader,
} from './snapshot/snapshot-store.js';
export type { AppliedWatch } from './watch/applied-watch.js';
export { watchApplied } from './watch/watch-applied.js';
export type {
  BatchAppliedEvent,
  ChunkReceivedEvent,
  FoldReconciledEvent,
  Observer,
  SessionEndedEvent,
  SessionStartedEvent,
  StateChangedEvent,
  StoreRetriedEvent,
  WatchEvent,
} from './watch/watch-observer.js';
export type { BatchOptions, SourceProvider, WatchOptions } from './watch/watch-options.js';
export type { WatchState, WatchStateName } from './watch/watch-state.js';

// For authors of sources and folds: what these are built from.

export { MAX_VERSION_BYTES } from './cursor/version-token.js';
export { abortedError, closedError } from './errors/slipstream-error.js';
export { assertKey, assertPrefix, isValidKey } from './kv/key-rule.js';
export { sleep } from './lifetime/clock.js';
export { type WaitLimit, waitWithin } from './lifetime/deadline.js';
export { Mutex } from './lifetime/mutex.js';
export { ResourceScope } from './lifetime/resource-scope.js';
export { TimeSlice } from './lifetime/time-slice.js';
export { waitOrAbort } from './lifetime/wait-or-abort.js';
export { type MarkerGapInput, markerGapMs, UNNOTICED_MS } from './protocol/marker-gap.js';
export {
  type MarkerWindowInput,
  markersMayHaveExpired,
  PURGE_DELETES_AGE_MS,
} from './protocol/marker-window.js';
export { nextCursor } from './protocol/next-cursor.js';
export { planFirst, planResume, type ResumePlan, type ResumePlanInput } from './protocol/resume-plan.js';
export { type ResumeInput, resumeObstacle, resumeWindowOk } from './protocol/resume-window.js';
export { MAX_KEY_BYTES, MAX_VALUE_BYTES } from './snapshot/assert-updates.js';
export { guardSnapshotStore } from './snapshot/guarded-snapshot-store.js';
export { NOWHERE } from './snapshot/key-index/entry-table.js';
export { NO_ENTRY } from './snapshot/key-index/hash-table.js';
export { type IndexedKey, KeyIndex } from './snapshot/key-index/key-index.js';
export { compareKeys } from './snapshot/key-order.js';
export { OrderedMap } from './snapshot/ordered-map.js';
export { type KeyBounds, prefixBounds } from './snapshot/prefix-bounds.js';
export { decodeRecord, encodeRecord, recordLength, writeRecord } from './snapshot/record-codec.js';
export type { SnapshotDriver } from './snapshot/snapshot-driver.js';
export { sortUpdates } from './snapshot/sort-updates.js';
