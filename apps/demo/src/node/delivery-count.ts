import type { ChunkReceivedEvent } from '@slipstream/core';
import type { Delivered } from './node-health.js';

/** Counts what the bucket delivers, as it arrives and before anything is done with it. */
export class DeliveryCount {
  #updates = 0;
  #first: number | undefined;
  #lowest: number | undefined;

  get total(): Delivered {
    return { updates: this.#updates, firstRevision: this.#first, lowestRevision: this.#lowest };
  }

  add({ updates, firstRevision }: ChunkReceivedEvent): void {
    this.#updates += updates;
    if (firstRevision === undefined) return;
    const revision = Number(firstRevision);
    this.#first ??= revision;
    this.#lowest = Math.min(this.#lowest ?? revision, revision);
  }
}
