import type { Clock } from '../lifetime/clock.js';
import { IdleTime } from './idle-time.js';

/**
 * What a watch remembers from one session to the next, beside its cursor. A crash forgets it: what must not be
 * forgotten, the cursor says.
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
