import { WatchCursor } from '../cursor/watch-cursor.js';
import type { KvUpdate } from '../kv/kv-entry.js';
import type { WatchChunk } from '../kv/kv-watcher.js';
import { hasRepeatedKey } from './repeated-key.js';

/** Updates that were received and are not applied yet, and the cursor after the last of them. */
export class UpdateBatch {
  readonly chunks: (readonly KvUpdate[])[] = [];
  #count = 0;
  #bytes = 0;
  #cursor: WatchCursor = WatchCursor.none;

  /** Updates in it. */
  get count(): number {
    return this.#count;
  }

  /** Bytes of its values, and characters of its keys. */
  get bytes(): number {
    return this.#bytes;
  }

  get cursor(): WatchCursor {
    return this.#cursor;
  }

  get isEmpty(): boolean {
    return this.#count === 0 && this.#cursor.isNone;
  }

  add({ updates, cursor }: WatchChunk): void {
    if (!cursor.isNone) this.#cursor = cursor;
    if (updates.length === 0) return;
    this.chunks.push(updates);
    this.#count += updates.length;
    for (const { key, value } of updates) this.#bytes += key.length + value.byteLength;
  }

  /** Every update, in order. */
  get updates(): readonly KvUpdate[] {
    const [first = []] = this.chunks;
    return this.chunks.length > 1 ? this.chunks.flat() : first;
  }

  /** The last update of every key: what a last-write-wins fold needs of the batch. */
  latestPerKey(): readonly KvUpdate[] {
    const { updates } = this;
    if (!hasRepeatedKey(updates)) return updates;
    const latest = new Map<string, KvUpdate>();
    for (const update of updates) latest.set(update.key, update);
    return [...latest.values()];
  }
}
