import type { WatchCursor } from '../cursor/watch-cursor.js';
import type { SlipstreamError } from '../errors/slipstream-error.js';
import type { ReconcileReason } from '../protocol/resume-plan.js';
import type { WatchState } from './watch-state.js';

/** The state changed. */
export interface StateChangedEvent {
  readonly type: 'state-changed';
  readonly from: WatchState;
  readonly to: WatchState;
}

/** The watch is about to attach. */
export interface SessionStartedEvent {
  readonly type: 'session-started';
  /** Counts from 1. */
  readonly session: number;
  /** Where it resumes; `WatchCursor.none`: state first. */
  readonly resume: WatchCursor;
}

/** An attachment ended: by the source, by a failure to apply, or because the watch stops (`error` is then absent). */
export interface SessionEndedEvent {
  readonly type: 'session-ended';
  readonly session: number;
  /** Updates received in this session. */
  readonly received: number;
  readonly error: SlipstreamError | undefined;
}

/** A chunk arrived from the source, before anything was done with it. */
export interface ChunkReceivedEvent {
  readonly type: 'chunk-received';
  readonly updates: number;
  /** The versions of its first and last update; `undefined` for a bookmark. */
  readonly firstRevision: bigint | undefined;
  readonly lastRevision: bigint | undefined;
  readonly pending: number | undefined;
}

/** A batch was applied and committed: the cursor has moved. */
export interface BatchAppliedEvent {
  readonly type: 'batch-applied';
  /** Updates in the batch, as the source delivered them. */
  readonly updates: number;
  /** Updates that reached the store: the last one of each key. */
  readonly stored: number;
  readonly cursor: WatchCursor;
}

/** The fold was compared with its source, before the first update of a session was taken. */
export interface FoldReconciledEvent {
  readonly type: 'fold-reconciled';
  readonly reason: ReconcileReason;
  /** Keys that the fold had and the source no longer has anything of. */
  readonly vanished: readonly string[];
  /** Whether they stay in the fold (`onVanished: 'keep'`). */
  readonly kept: boolean;
}

/** The store refused a batch, which will be offered again. */
export interface StoreRetriedEvent {
  readonly type: 'store-retried';
  /** Failures of this batch so far. */
  readonly failures: number;
  readonly error: SlipstreamError;
}

/** What a watch tells its observer. */
export type WatchEvent =
  | StateChangedEvent
  | SessionStartedEvent
  | SessionEndedEvent
  | ChunkReceivedEvent
  | BatchAppliedEvent
  | FoldReconciledEvent
  | StoreRetriedEvent;

/**
 * Receives the events of a watch as they happen, synchronously: it should count or log, and return. What it
 * throws is reported as an uncaught exception and changes nothing in the watch.
 */
export type Observer<Event> = (event: Event) => void;
