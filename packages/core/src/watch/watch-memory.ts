import type { Clock } from '../lifetime/clock.js';
import { IdleTime } from './idle-time.js';

/**
 * What a watch remembers from one session to the next, besides its cursor. A crash loses it: what must survive one is
 * in the cursor.
 */
export class WatchMemory {
  readonly idle: IdleTime;
  /**
   * The fold must be compared before the cursor may advance: the source refused the cursor, or reported that deletes
   * may be missing.
   */
  needsComparison = false;
  /** The source has refused a cursor since a session lasted. */
  isOverrun = false;

  constructor(clock: Clock) {
    this.idle = new IdleTime(clock);
  }
}
