import { setTimeout as sleep } from 'node:timers/promises';
import { type MemoryUse, measureMemory } from './memory-use.js';
import type { Readings } from './trial.js';

/** Far less than the server sends, so that what it has sent has to wait somewhere. */
export const UPDATES_PER_SECOND = 50_000;
/** So many are waited for together: a timer's resolution is about a millisecond. */
const STEP = 500;
const STEP_MS = (STEP * 1_000) / UPDATES_PER_SECOND;
const BYTES_PER_MIB = 1_024 * 1_024;

/** Takes updates no faster than {@link UPDATES_PER_SECOND}, and looks ten times at what is in memory meanwhile. */
export class SlowConsumer {
  readonly #entries: number;
  readonly #end: () => MemoryUse;
  readonly #keptBefore = keptMiB();
  #kept = 0;
  #taken = 0;
  #slept = 0;
  #looked = 0;

  constructor(entries: number) {
    this.#entries = entries;
    this.#end = measureMemory();
  }

  get taken(): number {
    return this.#taken;
  }

  /** `undefined` when there is nothing to wait for yet. */
  take(updates: number): Promise<void> | undefined {
    this.#taken += updates;
    const tenths = Math.floor((this.#taken * 10) / this.#entries);
    if (tenths > this.#looked) {
      this.#looked = tenths;
      this.#kept = Math.max(this.#kept, keptMiB() - this.#keptBefore);
    }
    return this.#taken - this.#slept < STEP ? undefined : this.#sleep();
  }

  async #sleep(): Promise<void> {
    for (; this.#taken - this.#slept >= STEP; this.#slept += STEP) await sleep(STEP_MS);
  }

  /** `residentMiB`: the peak; `keptMiB`: the most that was in use, on V8's heap and in buffers. */
  readings(): Readings {
    return { residentMiB: this.#end().residentMiB, keptMiB: this.#kept };
  }
}

function keptMiB(): number {
  // Trials are started with --expose-gc.
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / BYTES_PER_MIB;
}
