import type { Clock } from '../lifetime/clock.js';
import { IdleTime } from './idle-time.js';

/**
 * What a watch remembers from one session to the next, beside its cursor. A crash forgets it: what must not be
 * forgotten is in the cursor.
 */
export class WatchMemory {
  readonly idle: IdleTime;
  /**
   * The source has refused the applied cursor, or said that deletes before it may be missing, and the fold has
   * not been compared since. In the fold's cursor, it is the missing time that says so.
   */
  isUnproved = false;
  /** The source has refused a cursor since a session lasted. */
  isOverrun = false;

  constructor(clock: Clock) {
    this.idle = new IdleTime(clock);
  }
}
