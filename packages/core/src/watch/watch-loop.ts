import type { VersionToken } from '../cursor/version-token.js';
import type { WatchCursor } from '../cursor/watch-cursor.js';
import { closedError, SlipstreamError } from '../errors/slipstream-error.js';
import { RunningState } from '../lifetime/running-state.js';
import type { SnapshotStore } from '../snapshot/snapshot-store.js';
import type { AppliedWatch } from './applied-watch.js';
import { Applier } from './applier.js';
import { notify } from './notify.js';
import { RevisionWaiters } from './revision-waiters.js';
import { SourceAbsence } from './source-absence.js';
import { undated } from './undated-cursor.js';
import { WatchMemory } from './watch-memory.js';
import type { ResolvedWatchOptions } from './watch-options.js';
import { WatchProgress } from './watch-progress.js';
import { WatchSession } from './watch-session.js';
import { WatchSource } from './watch-source.js';
import type { WatchState } from './watch-state.js';

/** The loop of `watchApplied`: one session after the other, each at the cursor that the one before has applied. */
export class WatchLoop<U> implements AppliedWatch {
  readonly #options: ResolvedWatchOptions<U>;
  readonly #running: RunningState;
  readonly #source: WatchSource;
  readonly #applier: Applier<U>;
  readonly #progress: WatchProgress;
  readonly #memory: WatchMemory;
  readonly #absence: SourceAbsence;
  readonly #waiters = new RevisionWaiters();
  readonly #done = Promise.withResolvers<WatchCursor>();
  #sessions = 0;
  #session: WatchSession<U> | undefined;

  constructor(options: ResolvedWatchOptions<U>) {
    const { clock, random, reattach, missingSourceMs } = options;
    this.#options = options;
    this.#running = new RunningState({ clock, random, backoff: reattach });
    this.#source = new WatchSource(options.source);
    this.#applier = new Applier(options, this.#running.signal, (cursor) => this.#waiters.advance(cursor));
    this.#progress = new WatchProgress(options);
    this.#memory = new WatchMemory(clock);
    this.#absence = new SourceAbsence(clock, missingSourceMs);
    // It may go unobserved; a caller that awaits it still sees the rejection.
    this.#done.promise.catch(() => undefined);
  }

  get ready(): Promise<void> {
    return this.#progress.ready;
  }

  get done(): Promise<WatchCursor> {
    return this.#done.promise;
  }

  get state(): WatchState {
    return this.#progress.state;
  }

  get cursor(): WatchCursor {
    return this.#applier.cursor;
  }

  get lag(): number | undefined {
    const pending = this.#session?.pending;
    return pending === undefined ? undefined : pending + this.#applier.backlog;
  }

  async waitFor(
    version: VersionToken,
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<void> {
    this.#progress.assertRunning();
    const passed = this.#waiters.wait(version, options.signal);
    this.#waiters.advance(this.cursor);
    await passed;
  }

  async between<T>(visit: (store: SnapshotStore | undefined) => T | Promise<T>): Promise<T> {
    this.#progress.assertRunning();
    return this.#applier.between(visit);
  }

  stop(): Promise<WatchCursor> {
    this.#running.stop();
    return this.done;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const hadFailed = this.state.name === 'failed';
    await this.stop().catch((error: unknown) => {
      if (!hadFailed) throw error;
    });
  }

  /** Follows the source until stopped, or until a failure that it cannot recover from. */
  async run(): Promise<void> {
    const { signal } = this.#options;
    const release = signal === undefined ? undefined : this.#running.stopOn(signal);
    try {
      if (this.#applier.isRewound) await this.#applier.rewind();
      while (this.#running.shouldRun) {
        const error = await this.#runSession();
        if (!this.#running.shouldRun) break;
        if (!(await this.#canRecover(error))) throw error;
        // A source that is closed and fails to close again is replaced all the same.
        if (error.code === 'CLOSED') await this.#source.forget().catch(() => undefined);
        this.#progress.become('stale', error);
        await this.#running.backoff();
      }
      await this.#applier.end();
      await this.#source.forget();
      this.#end('stopped', closedError('the watch'));
      this.#done.resolve(this.cursor);
    } catch (caught) {
      const error = SlipstreamError.from(caught, 'WATCH_FAILED');
      // Further failures are not the reason why the watch ends.
      await this.#applier.end().catch(() => undefined);
      await this.#source.forget().catch(() => undefined);
      this.#end('failed', error);
      this.#done.reject(error);
    } finally {
      release?.();
    }
  }

  /**
   * One session: attach at the applied cursor, consume until it ends, apply what was received. Returns why it ended.
   */
  async #runSession(): Promise<SlipstreamError> {
    const { clock, observer, reattach } = this.#options;
    const session = ++this.#sessions;
    const startedAt = clock.now();
    const abortScope = this.#running.openScope();
    const current = new WatchSession({
      options: this.#options,
      source: this.#source,
      applier: this.#applier,
      progress: this.#progress,
      memory: this.#memory,
      abortScope,
      onDelivery: () => this.#delivered(),
    });
    this.#session = current;
    notify(observer, { type: 'session-started', session, resume: this.cursor });
    let error: SlipstreamError;
    try {
      await current.run();
      error = new SlipstreamError('WATCH_FAILED', 'the source ended the watch');
    } catch (caught) {
      error = SlipstreamError.from(caught, isBug(caught) ? 'INTERNAL' : 'WATCH_FAILED');
    } finally {
      abortScope.release();
      this.#session = undefined;
      this.#memory.idle.stop();
    }
    // A session that lasted was healthy, however little it delivered.
    if (clock.now() - startedAt > reattach.maxDelayMs) {
      this.#memory.isOverrun = false;
      this.#running.resetBackoff();
    }
    try {
      // What arrived is contiguous, whatever ended the session: the next one goes on after it.
      await this.#applier.flush();
    } finally {
      const { received } = current;
      const cause = this.#running.shouldRun ? error : undefined;
      notify(observer, { type: 'session-ended', session, received, error: this.#applier.failure ?? cause });
    }
    return error;
  }

  #delivered(): void {
    // A log that drops entries faster than they are applied delivers some each time, which is not a sign of health.
    if (!this.#memory.isOverrun) this.#running.resetBackoff();
  }

  /** Whether re-attaching can succeed after `error`. */
  async #canRecover(error: SlipstreamError): Promise<boolean> {
    if (error.code === 'CLOSED' && (await this.#isFoldClosed())) return false;
    const isAbsent = this.#absence.isWaitedFor(error) && !this.cursor.isNone;
    return isAbsent || this.#source.canRetry(error) || (await this.#willRepair(error));
  }

  /** What is closed may be the fold, which the watch cannot reopen, and not the source. */
  async #isFoldClosed(): Promise<boolean> {
    try {
      await this.#options.store?.stats();
      return false;
    } catch (error) {
      return SlipstreamError.is(error, 'CLOSED');
    }
  }

  /**
   * Whether the next attachment recovers from `error` by reconciling the fold. The cursor loses its time until then, so
   * that the refusal survives a crash in between.
   */
  async #willRepair(error: SlipstreamError): Promise<boolean> {
    if (error.code !== 'CURSOR_EXPIRED' || this.#options.store === undefined) return false;
    this.#memory.needsComparison = true;
    this.#memory.isOverrun = true;
    this.#applier.receive({ updates: [], cursor: undated(this.cursor), pending: undefined });
    await this.#applier.flush();
    return true;
  }

  #end(name: 'stopped' | 'failed', error: SlipstreamError): void {
    this.#progress.end(name, error);
    this.#waiters.end(error);
  }
}

/** Re-attaching would only repeat it. A platform's own `TypeError` is for adapters to map to a code. */
function isBug(error: unknown): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
}
