import type { WatchCursor } from '../cursor/watch-cursor.js';
import { abortedError } from '../errors/slipstream-error.js';
import type { KvUpdate } from '../kv/kv-entry.js';
import type { WatchChunk } from '../kv/kv-watcher.js';
import type { WatchScope } from '../scope/watch-scope.js';
import { type ChunkParts, chunkOf } from './updates.js';

type Step = { readonly chunk: WatchChunk } | { readonly error: unknown } | 'end';

/** How a watch was attached, and a callback for what it delivers. */
export interface ScriptedWatchParts {
  readonly scope: WatchScope;
  readonly resume: WatchCursor | undefined;
  readonly afterGap: boolean;
  readonly onDelivery: (chunk: WatchChunk) => void;
  readonly signal: AbortSignal | undefined;
}

/** One attachment of a watch to a {@link ScriptedSource}: it yields what the test tells it, and nothing else. */
export class ScriptedWatch {
  readonly scope: WatchScope;
  /** Where the attachment resumes; `undefined`: state first. */
  readonly resume: WatchCursor | undefined;
  /** Whether it may begin past a gap. */
  readonly afterGap: boolean;
  readonly #onDelivery: (chunk: WatchChunk) => void;
  readonly #signal: AbortSignal | undefined;
  readonly #steps: Step[] = [];
  #wake: (() => void) | undefined;
  #pulls = 0;
  #released = false;

  constructor({ scope, resume, afterGap, onDelivery, signal }: ScriptedWatchParts) {
    this.scope = scope;
    this.resume = resume;
    this.afterGap = afterGap;
    this.#onDelivery = onDelivery;
    this.#signal = signal;
  }

  /** How often the consumer has asked for a chunk: it has taken one fewer, and done with them what it does. */
  get pulls(): number {
    return this.#pulls;
  }

  /** Chunks that the consumer has not taken yet. */
  get queued(): number {
    return this.#steps.length;
  }

  /** Whether the attachment has ended: given up by its consumer, failed, ended or aborted. */
  get isReleased(): boolean {
    return this.#released;
  }

  /** Hands over these updates as one chunk; without further parts, the source says that it is caught up. */
  deliver(updates: readonly KvUpdate[], parts?: ChunkParts): void {
    this.deliverChunk(chunkOf(updates, parts));
  }

  deliverChunk(chunk: WatchChunk): void {
    this.#onDelivery(chunk);
    this.#push({ chunk });
  }

  /** Breaks the watch with `error`, after the chunks before it. */
  fail(error: unknown): void {
    this.#push({ error });
  }

  /** Ends the stream without an error, after the chunks before it. */
  end(): void {
    this.#push('end');
  }

  /** Yields the script. */
  async *run(): AsyncGenerator<WatchChunk, void, undefined> {
    try {
      for (;;) {
        this.#pulls += 1;
        const step = await this.#next();
        if (step === 'end') return;
        if ('error' in step) throw step.error;
        yield step.chunk;
      }
    } finally {
      this.#released = true;
    }
  }

  #push(step: Step): void {
    this.#steps.push(step);
    this.#wake?.();
  }

  #next(): Promise<Step> {
    const signal = this.#signal;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#wake = undefined;
        if (signal !== undefined) reject(abortedError(signal, 'a scripted watch'));
      };
      if (signal?.aborted) return onAbort();
      const wake = (): void => {
        const step = this.#steps.shift();
        if (step === undefined) return;
        this.#wake = undefined;
        signal?.removeEventListener('abort', onAbort);
        resolve(step);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#wake = wake;
      wake();
    });
  }
}
