import type { Clock } from '../lifetime/clock.js';
import { IdleTime } from './idle-time.js';

/**
 * What a watch remembers from one session to the next, beside its cursor. A crash forgets it: what must not be
 * forgotten, the cursor says.
 */
export class WatchMemory {
  readonly idle: IdleTime;
  /**
   * The source has refused the applied cursor, which then has no time, or said that deletes past it may be missing,
   * which it then does not pass; and the fold has not been compared since.
   */
  isUnproved = false;
  /** The source has refused a cursor since a session lasted. */
  isOverrun = false;

  constructor(clock: Clock) {
    this.idle = new IdleTime(clock);
  }
}
