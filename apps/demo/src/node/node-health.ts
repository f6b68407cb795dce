import type { WatchStateName } from '@slipstream/core';

/** What `GET /health` of a node answers. Revisions are numbers; 0: none. */
export interface NodeHealth {
  readonly name: string;
  readonly pid: number;
  /** The engine of its fold. */
  readonly engine: string;
  readonly state: WatchStateName;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** Why it is in this state, if there is a reason. */
  readonly cause: string | undefined;
  /** The applied cursor. */
  readonly revision: number;
  /** Updates that the bucket has and the fold has not; absent while cut off. */
  readonly lag: number | undefined;
  /** Routes in the fold. */
  readonly entries: number;
  /** What the fold held when this process opened it. */
  readonly opened: { readonly revision: number; readonly entries: number };
  readonly delivered: Delivered;
  readonly lookups: number;
}

/** What the bucket has delivered to a process since it started. */
export interface Delivered {
  readonly updates: number;
  /** The revision of the very first update; absent: there was none. */
  readonly firstRevision: number | undefined;
  /** The lowest revision among all of them. */
  readonly lowestRevision: number | undefined;
}
