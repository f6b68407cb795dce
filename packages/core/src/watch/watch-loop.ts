import { WatchCursor } from '../cursor/watch-cursor.js';
import { closedError, SlipstreamError } from '../errors/slipstream-error.js';
import type { WatchChunk } from '../kv/kv-store.js';
import type { VersionToken } from '../kv/version-token.js';
import { type Attachment, RunningState } from '../lifetime/running-state.js';
import type { ReconcileReason } from '../protocol/resume-plan.js';
import type { SnapshotStore } from '../snapshot/snapshot-store.js';
import { abandoned } from './abandoned-cursor.js';
import type { AppliedWatch } from './applied-watch.js';
import { Applier } from './applier.js';
import { expired, planAttachment } from './attachment-plan.js';
import { CatchUp } from './catch-up.js';
import { IdleTime } from './idle-time.js';
import { notify } from './notify.js';
import { reconciledChunks, syntheticDeletes } from './reconciled-chunks.js';
import { RevisionWaiters } from './revision-waiters.js';
import { vanishedKeys } from './vanished-keys.js';
import type { ResolvedWatchOptions } from './watch-options.js';
import { WatchSource } from './watch-source.js';
import { type WatchState, type WatchStateName, watchEnded, watchTransitionAllowed } from './watch-state.js';

/** The loop behind `watchApplied`: run, attach, consume, apply; each step hands its result to the one above. */
export class WatchLoop<U> implements AppliedWatch {
  readonly #options: ResolvedWatchOptions<U>;
  readonly #running: RunningState;
  readonly #source: WatchSource;
  readonly #applier: Applier<U>;
  readonly #waiters = new RevisionWaiters();
  readonly #idle = new IdleTime();
  readonly #ready = Promise.withResolvers<void>();
  readonly #done = Promise.withResolvers<WatchCursor>();
  #state: WatchState;
  #wasLive = false;
  /** The source has refused the applied cursor, and the fold has not been reconciled since. */
  #refused = false;
  /** The source has refused a cursor since a session lasted. */
  #isOverrun = false;
  #session = 0;
  #pending: number | undefined;

  constructor(options: ResolvedWatchOptions<U>) {
    const { clock, random, reattach } = options;
    this.#options = options;
    this.#running = new RunningState({ clock, random, backoff: reattach });
    this.#source = new WatchSource(options.source);
    this.#applier = new Applier(options, this.#running.signal, (cursor) => this.#waiters.advance(cursor));
    this.#state = { name: 'restoring', since: clock.now(), cause: undefined };
    // Either may go unobserved; whoever awaits it still sees the rejection.
    this.#ready.promise.catch(() => undefined);
    this.#done.promise.catch(() => undefined);
  }

  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  get done(): Promise<WatchCursor> {
    return this.#done.promise;
  }

  get state(): WatchState {
    return this.#state;
  }

  get cursor(): WatchCursor {
    return this.#applier.cursor;
  }

  get lag(): number | undefined {
    return this.#pending === undefined ? undefined : this.#pending + this.#applier.backlog;
  }

  async waitFor(
    version: VersionToken,
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<void> {
    this.#assertRunning();
    const passed = this.#waiters.wait(version, options.signal);
    this.#waiters.advance(this.cursor);
    await passed;
  }

  async between<T>(visit: (store: SnapshotStore | undefined) => T | Promise<T>): Promise<T> {
    this.#assertRunning();
    return this.#applier.between(visit);
  }

  stop(): Promise<WatchCursor> {
    this.#running.stop();
    return this.done;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** Follows the source until stopped: one session after the other, each from the applied cursor. */
  async run(): Promise<void> {
    const { signal } = this.#options;
    const release = signal === undefined ? undefined : this.#running.stopOn(signal);
    try {
      while (this.#running.shouldRun) {
        const error = await this.#attach();
        if (!this.#running.shouldRun) break;
        if (!this.#canRepair(error) && !this.#source.canRetry(error)) throw error;
        if (error.code === 'CLOSED') await this.#source.forget();
        this.#become('stale', error);
        await this.#running.backoff();
      }
      await this.#applier.flush();
      await this.#source.forget();
      this.#end('stopped', closedError('the watch'));
      this.#done.resolve(this.cursor);
    } catch (caught) {
      const error = SlipstreamError.from(caught, 'WATCH_FAILED');
      await this.#source.forget().catch(() => undefined);
      this.#end('failed', error);
      this.#done.reject(error);
    } finally {
      release?.();
    }
  }

  /** One session: attach at the applied cursor, consume until it ends, apply what was received; says why. */
  async #attach(): Promise<SlipstreamError> {
    const { clock, observer, reattach } = this.#options;
    const session = { session: ++this.#session, received: 0 };
    const startedAt = clock.now();
    const attachment = this.#running.attach();
    notify(observer, { type: 'session-started', session: session.session, resume: this.cursor });
    let error: SlipstreamError;
    try {
      await this.#consume(attachment, session);
      error = new SlipstreamError('WATCH_FAILED', 'the source ended the watch');
    } catch (caught) {
      error = SlipstreamError.from(caught, isBug(caught) ? 'INTERNAL' : 'WATCH_FAILED');
    } finally {
      attachment.release();
      this.#pending = undefined;
      this.#idle.end(clock.now());
    }
    // A session that lasted was healthy, however little it delivered.
    if (clock.now() - startedAt > reattach.maxDelayMs) {
      this.#isOverrun = false;
      this.#running.resetBackoff();
    }
    // What arrived is contiguous, whatever ended the session: the next one goes on after it.
    await this.#applier.flush();
    const stopped = !this.#running.shouldRun;
    notify(observer, { type: 'session-ended', ...session, error: stopped ? undefined : error });
    return error;
  }

  /** Takes chunk after chunk until the source ends or the attachment is aborted. */
  async #consume(attachment: Attachment, session: { received: number }): Promise<void> {
    const { clock } = this.#options;
    const catchUp = new CatchUp();
    for await (const chunk of await this.#chunks(attachment.signal)) {
      this.#idle.end(clock.now());
      this.#receive(chunk, catchUp);
      session.received += chunk.updates.length;
      const catchingUp = this.#state.name !== 'live';
      const caughtUp = catchingUp && catchUp.isDone;
      if (caughtUp || chunk.pending === 0 || this.#applier.isFull(catchingUp)) {
        await this.#applier.flush();
        if (caughtUp) this.#becomeLive();
      } else {
        this.#applier.flushLater(catchingUp, attachment.abort);
      }
      if (chunk.pending === 0) this.#idle.begin(clock.now());
    }
  }

  /** Attaches at the applied cursor; the fold is reconciled first where the log cannot prove the rest. */
  async #chunks(signal: AbortSignal): Promise<AsyncIterable<WatchChunk>> {
    const { clock, scope, store, verifyOnResume: verify } = this.#options;
    const { cursor } = this;
    const source = await this.#source.open(signal);
    const idleUntil = this.#idle.until;
    const sinceIdleMs = idleUntil === undefined ? undefined : clock.now() - idleUntil;
    const refused = this.#refused;
    const plan = await planAttachment({ source, cursor, store, verify, refused, sinceIdleMs, signal });
    const resume = plan.start === 'state' ? undefined : cursor;
    const afterGap = plan.start === 'after-gap';
    const chunks = source.watcher.watch(scope, { resume, afterGap, signal });
    const { reconcile: reason } = plan;
    if (reason === undefined || store === undefined) return chunks;
    this.#become('repairing', expired(source.name, cursor, reason));
    const comparable = plan.start === 'state' ? undefined : cursor;
    return reconciledChunks(chunks, async () => {
      const { reader } = source;
      this.#reconcile(reason, await vanishedKeys({ reader, store, scope, cursor: comparable, signal }));
      if (reason === 'beyond-end') await this.#abandonCursor();
    });
  }

  /** Takes what vanished from the source out of the fold, as the first updates of the session. */
  #reconcile(reason: ReconcileReason, vanished: readonly string[]): void {
    const { observer, onVanished } = this.#options;
    const kept = onVanished === 'keep';
    if (!kept && vanished.length > 0) {
      const updates = syntheticDeletes(vanished);
      this.#applier.receive({ updates, cursor: WatchCursor.none, pending: undefined });
    }
    this.#refused = false;
    notify(observer, { type: 'fold-reconciled', reason, vanished, kept });
  }

  /**
   * Takes back a cursor that its own log has not reached: the log lost its end, and gives those revisions out
   * again. Within an epoch a cursor never goes back, so the fold belongs to no epoch for as long as it takes.
   */
  #abandonCursor(): Promise<void> {
    this.#applier.receive({ updates: [], cursor: abandoned(this.cursor), pending: undefined });
    return this.#applier.flush();
  }

  #receive(chunk: WatchChunk, catchUp: CatchUp): void {
    const { updates, pending } = chunk;
    this.#applier.receive(chunk);
    this.#pending = pending;
    catchUp.received(updates.length, pending);
    // A log that drops its entries faster than they are applied delivers some each time, and is no healthier.
    if (updates.length > 0 && !this.#isOverrun) this.#running.resetBackoff();
    if (!this.#wasLive) this.#become('catching-up');
    notify(this.#options.observer, {
      type: 'chunk-received',
      updates: updates.length,
      firstRevision: updates[0]?.version.revision,
      lastRevision: updates.at(-1)?.version.revision,
      pending,
    });
  }

  /** Whether the next attachment mends `error` by reconciling the fold. */
  #canRepair(error: SlipstreamError): boolean {
    if (error.code !== 'CURSOR_EXPIRED' || this.#options.store === undefined) return false;
    this.#refused = true;
    this.#isOverrun = true;
    return true;
  }

  #becomeLive(): void {
    this.#wasLive = true;
    this.#become('live');
    this.#ready.resolve();
  }

  #end(name: 'stopped' | 'failed', error: SlipstreamError): void {
    this.#become(name, name === 'failed' ? error : undefined);
    this.#ready.reject(error);
    this.#waiters.end(error);
  }

  #become(name: WatchStateName, cause?: SlipstreamError): void {
    const from = this.#state;
    if (from.name === name || !watchTransitionAllowed(from.name, name)) return;
    this.#state = { name, since: this.#options.clock.now(), cause };
    notify(this.#options.observer, { type: 'state-changed', from, to: this.#state });
  }

  #assertRunning(): void {
    const { name, cause } = this.#state;
    if (watchEnded(name)) throw cause ?? closedError('the watch');
  }
}

/** Attaching again would only repeat it. A platform's own `TypeError` is for adapters to map to a code. */
function isBug(error: unknown): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
}
