import type { LogFile } from '../append-log/log-file.js';
import type { Slot } from '../index/slot.js';

/** Reading this many unneeded bytes costs less than another system call. */
const GAP_BYTES = 4 * 1024;

const RUN_BYTES = 256 * 1024;

/** A stretch of a log that is read at once, for some of the slots asked for. */
export interface ReadRun {
  readonly log: LogFile;
  readonly offset: number;
  length: number;
  /** Positions in the list of slots. */
  readonly members: number[];
}

/** A few stretches that cover all of `slots`. After a compaction neighbouring keys are one stretch. */
export function planReads(slots: readonly Slot[]): ReadRun[] {
  const order = slots.map((_, position) => position).sort((a, b) => comparePlaces(slots, a, b));
  const runs: ReadRun[] = [];
  for (const position of order) {
    const { log, offset, length } = slots[position] as Slot;
    const run = runs.at(-1);
    if (run?.log === log) {
      const gap = offset - (run.offset + run.length);
      const grown = offset + length - run.offset;
      if (gap <= GAP_BYTES && grown <= RUN_BYTES) {
        run.length = Math.max(run.length, grown);
        run.members.push(position);
        continue;
      }
    }
    runs.push({ log, offset, length, members: [position] });
  }
  return runs;
}

function comparePlaces(slots: readonly Slot[], a: number, b: number): number {
  const left = slots[a] as Slot;
  const right = slots[b] as Slot;
  return left.log.generation - right.log.generation || left.offset - right.offset;
}
