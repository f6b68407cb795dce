import { WatchCursor } from '../cursor/watch-cursor.js';
import type { WatchChunk } from '../kv/kv-watcher.js';
import { syntheticDelete } from '../kv/synthetic-delete.js';
import type { AbortScope } from '../lifetime/running-state.js';
import { UNNOTICED_MS } from '../protocol/marker-gap.js';
import type { ReconcileReason } from '../protocol/resume-plan.js';
import { abandoned } from './abandoned-cursor.js';
import type { Applier } from './applier.js';
import { planAttachment } from './attachment-plan.js';
import { CatchUp } from './catch-up.js';
import { cursorExpiredError } from './cursor-expired-error.js';
import { keysOutside } from './keys-outside.js';
import { notify } from './notify.js';
import { scoped } from './scoped-cursor.js';
import { takeEach } from './take-each.js';
import { untilReconnected } from './until-reconnected.js';
import { vanishedKeys } from './vanished-keys.js';
import type { WatchMemory } from './watch-memory.js';
import type { ResolvedWatchOptions } from './watch-options.js';
import type { WatchProgress } from './watch-progress.js';
import type { WatchableStore, WatchSource } from './watch-source.js';

/** What a session works with. */
export interface WatchSessionParts<U> {
  readonly options: ResolvedWatchOptions<U>;
  readonly source: WatchSource;
  readonly applier: Applier<U>;
  readonly progress: WatchProgress;
  readonly memory: WatchMemory;
  readonly abortScope: AbortScope;
  /** The session was handed updates. */
  readonly onDelivery: () => void;
}

/** One attachment of a watch to its source: from the applied cursor until the source ends or is left. */
export class WatchSession<U> {
  readonly #parts: WatchSessionParts<U>;
  readonly #catchUp = new CatchUp();
  /** Until the source has delivered what it had when it reported that deletes may be missing. */
  #untilComparison: CatchUp | undefined;
  /**
   * Runs before the first chunk is taken. Its arrival means that the source is attached: whatever is written from
   * then on is delivered, so a key that has vanished stays so until a later chunk brings it back.
   */
  #reconcileFirst: (() => Promise<void>) | undefined;
  #received = 0;
  #pending: number | undefined;

  constructor(parts: WatchSessionParts<U>) {
    this.#parts = parts;
  }

  /** Updates received. */
  get received(): number {
    return this.#received;
  }

  /** Updates that the source has beyond those received; `undefined` until it reports them. */
  get pending(): number | undefined {
    return this.#pending;
  }

  /** Takes chunk after chunk. @throws what ends the session, unless the source just ends */
  async run(): Promise<void> {
    const { options, abortScope } = this.#parts;
    const source = await this.#parts.source.open(abortScope.signal);
    await untilReconnected(source.watcher, options, abortScope.signal);
    const chunks = await this.#chunks(source);
    await takeEach(chunks, (chunk) => this.#take(source, chunk));
  }

  async #take(source: WatchableStore, chunk: WatchChunk): Promise<void> {
    const { applier, progress, memory, abortScope } = this.#parts;
    const reconcile = this.#reconcileFirst;
    this.#reconcileFirst = undefined;
    if (reconcile !== undefined) await reconcile();
    memory.idle.end();
    this.#receive(chunk);
    if (this.#untilComparison?.isDone) await this.#compare(source, chunk.cursor);
    const catchingUp = progress.state.name !== 'live';
    const caughtUp = catchingUp && this.#catchUp.isDone && this.#untilComparison === undefined;
    if (caughtUp || chunk.pending === 0 || applier.isFull(catchingUp)) {
      await applier.flush();
      if (caughtUp) progress.becomeLive();
    } else {
      applier.flushLater(catchingUp, abortScope.abort);
    }
    if (chunk.pending === 0) memory.idle.begin();
  }

  /** Attaches at the applied cursor; the fold is reconciled first where the log cannot prove the rest. */
  async #chunks(source: WatchableStore): Promise<AsyncIterable<WatchChunk>> {
    const { options, applier, progress, memory, abortScope } = this.#parts;
    const { clock, scope, store, verifyOnResume: verify } = options;
    const { cursor } = applier;
    const { signal } = abortScope;
    const { idle, needsComparison: refused } = memory;
    const plannedAt = clock.now();
    const { sinceMs: sinceIdleMs } = idle;
    const plan = await planAttachment({ source, cursor, store, scope, verify, refused, sinceIdleMs, signal });
    const resume = plan.start === 'state' ? undefined : cursor;
    const afterGap = plan.start === 'after-gap';
    const chunks = source.watcher.watch(scope, { resume, afterGap, signal });
    if (store === undefined) return chunks;
    if (plan.reconcile !== undefined)
      progress.become('repairing', cursorExpiredError(source.name, cursor, plan.reconcile));
    this.#reconcileFirst = async () => {
      // The plan allows for an attachment of this length; the process may have been suspended, or its clock set back.
      const tookMs = clock.now() - plannedAt;
      const tookTooLong = tookMs < 0 || tookMs > UNNOTICED_MS;
      const isLate = resume !== undefined && verify === 'auto' && tookTooLong;
      const reason = plan.reconcile ?? (isLate ? 'markers-expired' : undefined);
      const outside = cursor.scope === scope.fingerprint ? [] : await keysOutside(scope, store);
      if (reason === undefined && outside.length === 0) return;
      const vanished = reason === undefined ? [] : await this.#vanished(source, resume);
      this.#reconcile(reason ?? 'scope-changed', [...outside, ...vanished], WatchCursor.none);
      if (reason === 'beyond-end' || reason === 'scope-changed') await this.#abandonCursor();
    };
    return chunks;
  }

  /**
   * Compares the fold in the middle of a session, with everything applied that the source had when it reported that
   * deletes may be missing. What is confirmed to be gone now was not put later by anything delivered before, or the
   * source reports once more that a delete may be missing.
   */
  async #compare(source: WatchableStore, cursor: WatchCursor): Promise<void> {
    const { applier, progress } = this.#parts;
    this.#untilComparison = undefined;
    await applier.flush();
    progress.become('repairing', cursorExpiredError(source.name, applier.cursor, 'markers-expired'));
    this.#reconcile('markers-expired', await this.#vanished(source, applier.cursor), this.#scoped(cursor));
  }

  /** @param comparable - The fold's cursor; `undefined` when its versions and the source's do not compare. */
  #vanished(source: WatchableStore, comparable: WatchCursor | undefined): Promise<readonly string[]> {
    const { options, abortScope } = this.#parts;
    const { scope, store } = options;
    if (store === undefined) return Promise.resolve([]);
    const { reader } = source;
    return vanishedKeys({ reader, store, scope, cursor: comparable, signal: abortScope.signal });
  }

  /** Removes from the fold what vanished from the source. */
  #reconcile(reason: ReconcileReason, vanished: readonly string[], cursor: WatchCursor): void {
    const { options, applier, memory } = this.#parts;
    const { observer, onVanished } = options;
    const kept = onVanished === 'keep';
    applier.receive({ updates: kept ? [] : vanished.map(syntheticDelete), cursor, pending: undefined });
    memory.needsComparison = false;
    notify(observer, { type: 'fold-reconciled', reason, vanished, kept });
  }

  /**
   * Gives up a cursor: its own log has not reached it (it lost its tail, and assigns those revisions again), or it
   * holds for another scope. Within an epoch a cursor never goes back, so the fold belongs to no epoch until the
   * state has arrived.
   */
  #abandonCursor(): Promise<void> {
    const { applier } = this.#parts;
    const cursor = this.#scoped(abandoned(applier.cursor));
    applier.receive({ updates: [], cursor, pending: undefined });
    return applier.flush();
  }

  /** A position up to which everything in the scope of the watch is applied. */
  #scoped(cursor: WatchCursor): WatchCursor {
    return scoped(cursor, this.#parts.options.scope.fingerprint);
  }

  #receive(chunk: WatchChunk): void {
    const { options, applier, progress, memory, onDelivery } = this.#parts;
    const { updates, pending } = chunk;
    this.#noteMissingDeletes(chunk);
    // Deletes that may be missing were not applied: the cursor stays before them until the fold is compared.
    const cursor = memory.needsComparison ? WatchCursor.none : this.#scoped(chunk.cursor);
    applier.receive({ ...chunk, cursor });
    this.#pending = pending;
    this.#received += updates.length;
    this.#catchUp.received(updates.length, pending);
    this.#untilComparison?.received(updates.length, pending);
    if (updates.length > 0) onDelivery();
    if (!progress.wasLive) progress.become('catching-up');
    notify(options.observer, {
      type: 'chunk-received',
      updates: updates.length,
      firstRevision: updates[0]?.version.revision,
      lastRevision: updates.at(-1)?.version.revision,
      pending,
    });
  }

  /** Notes that deletes may be missing, which only the comparison of a fold can tell. */
  #noteMissingDeletes({ mayLackDeletes }: WatchChunk): void {
    const { options, memory } = this.#parts;
    if (mayLackDeletes !== true || options.store === undefined || options.verifyOnResume === 'never') return;
    memory.needsComparison = true;
    this.#untilComparison = new CatchUp();
  }
}
