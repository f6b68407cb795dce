import type { SlipstreamError } from '../errors/slipstream-error.js';

/**
 * Where a watch stands.
 *
 * - `restoring`: not attached yet; what the fold held at opening is what is served.
 * - `catching-up`: attached; what the source had when it attached is not all applied.
 * - `live`: caught up, and following.
 * - `stale`: was live or catching up and is cut off, or re-attached but not caught up yet.
 * - `repairing`: the cursor had expired; the fold is being reconciled with the source. The old state serves.
 * - `stopped`, `failed`: the end, asked for or not.
 */
export type WatchStateName =
  | 'restoring'
  | 'catching-up'
  | 'live'
  | 'stale'
  | 'repairing'
  | 'stopped'
  | 'failed';

/** A state, since when it holds (the watch's clock, milliseconds since 1970), and what led to it. */
export interface WatchState {
  readonly name: WatchStateName;
  readonly since: number;
  readonly cause: SlipstreamError | undefined;
}

const successors: Readonly<Record<WatchStateName, readonly WatchStateName[]>> = {
  restoring: ['catching-up', 'stale', 'repairing', 'stopped', 'failed'],
  'catching-up': ['live', 'stale', 'repairing', 'stopped', 'failed'],
  live: ['stale', 'repairing', 'stopped', 'failed'],
  stale: ['catching-up', 'live', 'repairing', 'stopped', 'failed'],
  repairing: ['catching-up', 'live', 'stale', 'stopped', 'failed'],
  stopped: [],
  failed: [],
};

/** Whether a watch may go from one state to the other. */
export function watchTransitionAllowed(from: WatchStateName, to: WatchStateName): boolean {
  return successors[from].includes(to);
}

/** Whether the state is final. */
export function watchEnded(name: WatchStateName): boolean {
  return successors[name].length === 0;
}
