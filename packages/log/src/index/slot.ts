import type { LogFile } from '../log/log-file.js';

/**
 * Where one record is. Which record never changes; where it is does, once, when a compaction has copied it
 * and the new file is in place: both places hold the same bytes, so a range may see either.
 */
export class Slot {
  log: LogFile;
  offset: number;
  readonly length: number;

  constructor(log: LogFile, offset: number, length: number) {
    this.log = log;
    this.offset = offset;
    this.length = length;
  }
}
