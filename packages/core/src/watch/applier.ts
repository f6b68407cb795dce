import { WatchCursor } from '../cursor/watch-cursor.js';
import { closedError, SlipstreamError } from '../errors/slipstream-error.js';
import type { KvUpdate } from '../kv/kv-entry.js';
import type { WatchChunk } from '../kv/kv-watcher.js';
import type { Cancel } from '../lifetime/clock.js';
import { Mutex } from '../lifetime/mutex.js';
import { RunningState } from '../lifetime/running-state.js';
import { nextCursor } from '../protocol/next-cursor.js';
import type { SnapshotStore } from '../snapshot/snapshot-store.js';
import { abandoned } from './abandoned-cursor.js';
import { notify } from './notify.js';
import { UpdateBatch } from './update-batch.js';
import type { ResolvedWatchOptions } from './watch-options.js';

/** Failures in a row after which the watch ends: with the default backoff, about a minute and a half. */
export const MAX_STORE_FAILURES = 16;

// The fold is not served yet while it catches up, so a batch may wait longer to become a large one.
const CATCH_UP_WINDOW_MS = 1000;

/**
 * Gathers what arrives into batches and applies them, one at a time: the caller's `apply`, then the store,
 * then the cursor. Everything that has to see the fold at rest takes its turn here, too.
 */
export class Applier<U> {
  readonly #options: ResolvedWatchOptions<U>;
  readonly #stopping: AbortSignal;
  readonly #onCommitted: (cursor: WatchCursor) => void;
  readonly #turns = new Mutex();
  #batch = new UpdateBatch();
  /** Updates of the batch that is being applied. */
  #applying = 0;
  #hasEnded = false;
  #cursor: WatchCursor;
  #window: Cancel | undefined;
  #failure: SlipstreamError | undefined;

  constructor(
    options: ResolvedWatchOptions<U>,
    stopping: AbortSignal,
    onCommitted: (cursor: WatchCursor) => void,
  ) {
    this.#options = options;
    this.#stopping = stopping;
    this.#onCommitted = onCommitted;
    this.#cursor = options.resume ?? options.store?.cursor ?? WatchCursor.none;
  }

  /** The applied cursor. */
  get cursor(): WatchCursor {
    return this.#cursor;
  }

  /** Updates received and not committed. */
  get backlog(): number {
    return this.#applying + this.#batch.count;
  }

  /** The failure that retries did not resolve; nothing is applied after it. */
  get failure(): SlipstreamError | undefined {
    return this.#failure;
  }

  /** Whether the watch begins before where the fold stands. */
  get isRewound(): boolean {
    const { store } = this.#options;
    if (store === undefined || this.#cursor.isNone || this.#cursor.equals(store.cursor)) return false;
    return nextCursor(store.cursor, this.#cursor).equals(store.cursor);
  }

  /**
   * Takes the fold's cursor back to where the watch begins: what comes after that is delivered again, older updates
   * first, and a crash in between must not leave them with a cursor that claims the newer ones.
   */
  rewind(): Promise<void> {
    return this.#turns.run(async () => {
      const { store } = this.#options;
      if (store === undefined) return;
      // Within an epoch a cursor never goes back.
      await this.#commitToStore(store, [], abandoned(this.#cursor));
      await this.#commitToStore(store, [], this.#cursor);
    });
  }

  /** Takes a chunk in; nothing is applied yet. */
  receive(chunk: WatchChunk): void {
    this.#batch.add(chunk);
  }

  /** Whether the batch is as large as it may become. */
  isFull(catchingUp: boolean): boolean {
    const { max, catchUpMax, maxBytes } = this.#options.batch;
    return this.#batch.count >= (catchingUp ? catchUpMax : max) || this.#batch.bytes >= maxBytes;
  }

  /** Flushes when the batch's window has passed, unless it is flushed before; `onFailure` when that fails. */
  flushLater(catchingUp: boolean, onFailure: () => void): void {
    if (this.#window !== undefined || this.#batch.isEmpty) return;
    const { batch, clock } = this.#options;
    const windowMs = catchingUp ? Math.max(batch.windowMs, CATCH_UP_WINDOW_MS) : batch.windowMs;
    this.#window = clock.after(windowMs, () => void this.flush().catch(onFailure));
  }

  /** Applies what has been received. @throws `APPLY_FAILED`, or the store's last failure */
  flush(): Promise<void> {
    return this.#turns.run(() => this.#flush());
  }

  /** The last flush. When it settles, every visitor of {@link between} is done, and no more are admitted. */
  end(): Promise<void> {
    this.#hasEnded = true;
    return this.flush();
  }

  /**
   * Runs `visit` with everything received so far applied, and nothing applied until it settles.
   * @throws `CLOSED` after {@link end}
   */
  async between<T>(visit: (store: SnapshotStore | undefined) => T | Promise<T>): Promise<T> {
    if (this.#hasEnded) throw closedError('the watch');
    return this.#turns.run(async () => {
      await this.#flush();
      return visit(this.#options.store);
    });
  }

  async #flush(): Promise<void> {
    this.#window?.();
    this.#window = undefined;
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#batch.isEmpty) return;
    const batch = this.#batch;
    this.#batch = new UpdateBatch();
    this.#applying = batch.count;
    try {
      await this.#applyToCaller(batch);
      await this.#commit(batch);
    } catch (error) {
      this.#failure = SlipstreamError.from(error, 'STORE_FAILED');
      throw this.#failure;
    }
  }

  async #applyToCaller({ updates }: UpdateBatch): Promise<void> {
    const { parse, apply } = this.#options;
    // Without `parse`, U is KvUpdate.
    const parsed =
      parse === undefined
        ? (updates as readonly (U & KvUpdate)[])
        : await called('parse', () => parsedWith(parse, updates));
    if (apply !== undefined && parsed.length > 0) await called('apply', () => apply(parsed));
  }

  /** Commits a batch that the caller has applied. The only place where the cursor moves. */
  async #commit(batch: UpdateBatch): Promise<void> {
    const { store, observer, onApplied } = this.#options;
    const cursor = nextCursor(this.#cursor, batch.cursor);
    const updates = store === undefined ? [] : batch.latestPerKey();
    if (store !== undefined) await this.#commitToStore(store, updates, cursor);
    this.#cursor = cursor;
    this.#applying = 0;
    this.#onCommitted(cursor);
    notify(observer, { type: 'batch-applied', updates: batch.count, stored: updates.length, cursor });
    if (onApplied !== undefined) await called('onApplied', () => onApplied(cursor));
  }

  /**
   * Offers the batch to the store until it takes it. Nothing newer can overtake it meanwhile, so a failed
   * batch never leaves a hole below a later cursor. A stop ends the waiting, after one last attempt.
   */
  async #commitToStore(
    store: SnapshotStore,
    updates: readonly KvUpdate[],
    cursor: WatchCursor,
  ): Promise<void> {
    const { clock, random, storeRetry, observer } = this.#options;
    const attempts = new RunningState({ clock, random, backoff: storeRetry });
    const release = attempts.stopOn(this.#stopping);
    try {
      for (;;) {
        const last = !attempts.shouldRun;
        try {
          return await store.apply(updates, cursor);
        } catch (caught) {
          const error = SlipstreamError.from(caught, 'STORE_FAILED');
          const failures = attempts.failures + 1;
          if (last || failures >= MAX_STORE_FAILURES || error.recovery !== 'retry') throw error;
          notify(observer, { type: 'store-retried', failures, error });
        }
        await attempts.backoff();
      }
    } finally {
      release();
    }
  }
}

function parsedWith<U>(parse: (update: KvUpdate) => U | undefined, updates: readonly KvUpdate[]): U[] {
  const parsed: U[] = [];
  for (const update of updates) {
    const value = parse(update);
    if (value !== undefined) parsed.push(value);
  }
  return parsed;
}

/** Calls the caller's code. @throws `APPLY_FAILED` */
async function called<T>(name: string, callback: () => T | Promise<T>): Promise<T> {
  try {
    return await callback();
  } catch (error) {
    throw applyFailedError(name, error);
  }
}

function applyFailedError(name: string, cause: unknown): SlipstreamError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SlipstreamError('APPLY_FAILED', `${name} threw: ${reason}`, { cause });
}
