import type { LogFile } from '../append-log/log-file.js';

/** Where one record is. */
export interface Slot {
  readonly log: LogFile;
  readonly offset: number;
  readonly length: number;
}
