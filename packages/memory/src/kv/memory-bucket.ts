import { BoundedLog } from '../log/bounded-log.js';
import type { ResolvedMemoryKvOptions } from './memory-kv-options.js';

/** A bucket, shared by the stores that have it open: its limits, and the log of its present incarnation. */
export class MemoryBucket {
  readonly options: ResolvedMemoryKvOptions;
  #incarnation = 0;
  #log: BoundedLog;

  constructor(options: ResolvedMemoryKvOptions) {
    this.options = options;
    this.#log = this.#newLog();
  }

  /** The log as of now. */
  get log(): BoundedLog {
    this.#log.catchUp();
    return this.#log;
  }

  /** Puts an empty log of another epoch in the place of the present one, whose watches end with `error`. */
  recreate(error: unknown): void {
    this.#log.end(error);
    this.#log = this.#newLog();
  }

  #newLog(): BoundedLog {
    const { name, limits, clock, random } = this.options;
    this.#incarnation += 1;
    const chance = Math.floor(random() * 0x1_0000_0000).toString(16);
    const epoch = `${new Date(clock.now()).toISOString()}/${this.#incarnation}/${chance}`;
    return new BoundedLog({ name, epoch, limits, clock });
  }
}
