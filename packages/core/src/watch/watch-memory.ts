import { IdleTime } from './idle-time.js';

/** What a watch remembers from one session to the next, beside its cursor. */
export class WatchMemory {
  readonly idle: IdleTime = new IdleTime();
  /** The source has refused the applied cursor, and the fold has not been reconciled since. */
  refused = false;
  /** The source has refused a cursor since a session lasted. */
  isOverrun = false;
}
