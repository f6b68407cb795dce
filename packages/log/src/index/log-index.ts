import { OrderedMap } from '@slipstream/core';
import type { Slot } from './slot.js';

/** The live keys in order, each with where its record is. */
export class LogIndex {
  readonly #slots = new OrderedMap<Slot>();
  #liveBytes = 0;

  get size(): number {
    return this.#slots.size;
  }

  /** The length of all records that are live. */
  get liveBytes(): number {
    return this.#liveBytes;
  }

  get(key: string): Slot | undefined {
    return this.#slots.get(key);
  }

  /** What a record says: the key's new place, or that it is gone. */
  set(key: string, slot: Slot | undefined): void {
    const replaced = slot === undefined ? this.#slots.delete(key) : this.#slots.set(key, slot);
    this.#liveBytes += (slot?.length ?? 0) - (replaced?.length ?? 0);
  }

  /** In key order, as it stands at the first `next()`. */
  range(prefix: string, after?: string): IterableIterator<readonly [string, Slot]> {
    return this.#slots.range(prefix, after);
  }
}
