import type { TimeSlice } from '@slipstream/core';
import type { Slot } from '../index/slot.js';
import type { LogFile } from '../log/log-file.js';

const SLOTS_PER_CHECK = 4096;

/** The slots whose records have been copied to another log, and where the copies are. */
export class Relocation {
  readonly #slots: Slot[] = [];
  readonly #offsets: number[] = [];

  add(slot: Slot, offset: number): void {
    this.#slots.push(slot);
    this.#offsets.push(offset);
  }

  /** Points every slot to its copy. Until that is done both logs are read. */
  async moveTo(log: LogFile, slice: TimeSlice): Promise<void> {
    for (const [position, slot] of this.#slots.entries()) {
      slot.log = log;
      slot.offset = this.#offsets[position] as number;
      if (position % SLOTS_PER_CHECK === 0 && slice.isOver) await slice.pause();
    }
  }
}
