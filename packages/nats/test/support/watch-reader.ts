import type { KvUpdate, KvWatcher, KvWatchOptions, WatchChunk, WatchScope } from '@slipstream/core';

/** Pulls from a watch by hand. */
export class WatchReader implements AsyncDisposable {
  readonly #iterator: AsyncIterator<WatchChunk>;
  readonly updates: KvUpdate[] = [];
  last: WatchChunk | undefined;

  constructor(watcher: KvWatcher, scope: WatchScope, options?: KvWatchOptions) {
    this.#iterator = watcher.watch(scope, options)[Symbol.asyncIterator]();
  }

  /** The next chunk. */
  async pull(): Promise<WatchChunk> {
    const { done, value } = await this.#iterator.next();
    if (done === true) throw new Error('the watch has ended');
    this.updates.push(...value.updates);
    this.last = value;
    return value;
  }

  /** Pulls until `condition` holds for a chunk. */
  async pullUntil(condition: (chunk: WatchChunk) => boolean): Promise<WatchChunk> {
    for (;;) {
      const chunk = await this.pull();
      if (condition(chunk)) return chunk;
    }
  }

  /** Pulls until the watch has caught up. */
  caughtUp(): Promise<WatchChunk> {
    return this.pullUntil(({ pending }) => pending === 0);
  }

  /** Pulls until it has come past `revision`. */
  reached(revision: bigint): Promise<WatchChunk> {
    return this.pullUntil(({ cursor }) => (cursor.revision ?? 0n) >= revision);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#iterator.return?.();
  }
}
