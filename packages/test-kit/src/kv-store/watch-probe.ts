import type { KvStore, KvUpdate, WatchChunk, WatchCursor, WatchScope } from '@slipstream/core';
import { eventually } from '../suite/eventually.js';

/** What a {@link WatchProbe} watches. */
export interface WatchProbeOptions {
  readonly scope: WatchScope;
  readonly resume?: WatchCursor | undefined;
  readonly afterGap?: boolean | undefined;
}

/** Follows a watch in the background and keeps everything it yields. Disposing ends the watch. */
export class WatchProbe implements AsyncDisposable {
  readonly chunks: WatchChunk[] = [];
  readonly #controller = new AbortController();
  readonly #following: Promise<void>;
  #end: { readonly error: unknown } | 'done' | undefined;

  constructor({ watcher, name }: KvStore, { scope, resume, afterGap }: WatchProbeOptions) {
    if (watcher === undefined) throw new Error(`${name} has no watcher`);
    this.#following = this.#follow(
      watcher.watch(scope, { resume, afterGap, signal: this.#controller.signal }),
    );
  }

  /** Everything delivered, in order of arrival. */
  get updates(): readonly KvUpdate[] {
    return this.chunks.flatMap(({ updates }) => updates);
  }

  /** The revisions of {@link updates}. */
  get revisions(): readonly bigint[] {
    return this.updates.map(({ version }) => version.revision ?? -1n);
  }

  /** The position after the last chunk that had one. */
  get cursor(): WatchCursor | undefined {
    return this.chunks.findLast(({ cursor }) => !cursor.isNone)?.cursor;
  }

  /** What the watch broke with. */
  get error(): unknown {
    return typeof this.#end === 'object' ? this.#end.error : undefined;
  }

  /** Waits for the condition. @throws what the watch breaks with meanwhile */
  async until(what: string, condition: () => boolean, deadlineMs?: number): Promise<void> {
    await eventually(
      () => {
        if (condition()) return true;
        if (this.#end === 'done') throw new Error(`the watch ended before ${what}`);
        if (this.#end !== undefined) throw this.#end.error;
        return undefined;
      },
      { what: `the watch: ${what}`, deadlineMs },
    );
  }

  /** Waits until the watch says that it is caught up. */
  caughtUp(): Promise<void> {
    return this.until('a chunk with nothing pending', () => this.chunks.some(({ pending }) => pending === 0));
  }

  /** Waits until `count` updates were delivered. */
  delivered(count: number): Promise<void> {
    return this.until(`${count} updates`, () => this.updates.length >= count);
  }

  /** Waits until the watch has broken or ended. */
  async ended(): Promise<unknown> {
    await eventually(() => this.#end !== undefined, { what: 'the watch to end' });
    return this.error;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#controller.abort();
    await this.#following;
  }

  async #follow(watch: AsyncIterable<WatchChunk>): Promise<void> {
    try {
      for await (const chunk of watch) this.chunks.push(chunk);
      this.#end = 'done';
    } catch (error) {
      this.#end = { error };
    }
  }
}
