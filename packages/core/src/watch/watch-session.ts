import { WatchCursor } from '../cursor/watch-cursor.js';
import type { WatchChunk } from '../kv/kv-store.js';
import type { Attachment } from '../lifetime/running-state.js';
import type { ReconcileReason } from '../protocol/resume-plan.js';
import { abandoned } from './abandoned-cursor.js';
import type { Applier } from './applier.js';
import { expired, planAttachment } from './attachment-plan.js';
import { CatchUp } from './catch-up.js';
import { notify } from './notify.js';
import { reconciledChunks, syntheticDeletes } from './reconciled-chunks.js';
import { vanishedKeys } from './vanished-keys.js';
import type { WatchMemory } from './watch-memory.js';
import type { ResolvedWatchOptions } from './watch-options.js';
import type { WatchProgress } from './watch-progress.js';
import type { WatchSource } from './watch-source.js';

/** What a session works with. */
export interface WatchSessionParts<U> {
  readonly options: ResolvedWatchOptions<U>;
  readonly source: WatchSource;
  readonly applier: Applier<U>;
  readonly progress: WatchProgress;
  readonly memory: WatchMemory;
  readonly attachment: Attachment;
  /** The session was handed updates. */
  readonly onDelivery: () => void;
}

/** One attachment of a watch to its source: from the applied cursor until the source ends, or is given up. */
export class WatchSession<U> {
  readonly #parts: WatchSessionParts<U>;
  readonly #catchUp = new CatchUp();
  #received = 0;
  #pending: number | undefined;

  constructor(parts: WatchSessionParts<U>) {
    this.#parts = parts;
  }

  /** Updates received. */
  get received(): number {
    return this.#received;
  }

  /** Updates that the source has beyond those received; `undefined` before it has said so. */
  get pending(): number | undefined {
    return this.#pending;
  }

  /** Takes chunk after chunk. @throws what ends the session, unless the source just ends */
  async run(): Promise<void> {
    const { options, applier, progress, memory, attachment } = this.#parts;
    const { clock } = options;
    for await (const chunk of await this.#chunks(attachment.signal)) {
      memory.idle.end(clock.now());
      this.#receive(chunk);
      const catchingUp = progress.state.name !== 'live';
      const caughtUp = catchingUp && this.#catchUp.isDone;
      if (caughtUp || chunk.pending === 0 || applier.isFull(catchingUp)) {
        await applier.flush();
        if (caughtUp) progress.becomeLive();
      } else {
        applier.flushLater(catchingUp, attachment.abort);
      }
      if (chunk.pending === 0) memory.idle.begin(clock.now());
    }
  }

  /** Attaches at the applied cursor; the fold is reconciled first where the log cannot prove the rest. */
  async #chunks(signal: AbortSignal): Promise<AsyncIterable<WatchChunk>> {
    const { options, applier, progress, memory } = this.#parts;
    const { clock, scope, store, verifyOnResume: verify } = options;
    const { cursor } = applier;
    const source = await this.#parts.source.open(signal);
    const idleUntil = memory.idle.until;
    const sinceIdleMs = idleUntil === undefined ? undefined : clock.now() - idleUntil;
    const { refused } = memory;
    const plan = await planAttachment({ source, cursor, store, verify, refused, sinceIdleMs, signal });
    const resume = plan.start === 'state' ? undefined : cursor;
    const afterGap = plan.start === 'after-gap';
    const chunks = source.watcher.watch(scope, { resume, afterGap, signal });
    const { reconcile: reason } = plan;
    if (reason === undefined || store === undefined) return chunks;
    progress.become('repairing', expired(source.name, cursor, reason));
    const comparable = plan.start === 'state' ? undefined : cursor;
    return reconciledChunks(chunks, async () => {
      const { reader } = source;
      this.#reconcile(reason, await vanishedKeys({ reader, store, scope, cursor: comparable, signal }));
      if (reason === 'beyond-end') await this.#abandonCursor();
    });
  }

  /** Takes what vanished from the source out of the fold, as the first updates of the session. */
  #reconcile(reason: ReconcileReason, vanished: readonly string[]): void {
    const { options, applier, memory } = this.#parts;
    const { observer, onVanished } = options;
    const kept = onVanished === 'keep';
    if (!kept && vanished.length > 0) {
      const updates = syntheticDeletes(vanished);
      applier.receive({ updates, cursor: WatchCursor.none, pending: undefined });
    }
    memory.refused = false;
    notify(observer, { type: 'fold-reconciled', reason, vanished, kept });
  }

  /**
   * Takes back a cursor that its own log has not reached: the log lost its end, and gives those revisions out
   * again. Within an epoch a cursor never goes back, so the fold belongs to no epoch for as long as it takes.
   */
  #abandonCursor(): Promise<void> {
    const { applier } = this.#parts;
    applier.receive({ updates: [], cursor: abandoned(applier.cursor), pending: undefined });
    return applier.flush();
  }

  #receive(chunk: WatchChunk): void {
    const { options, applier, progress, onDelivery } = this.#parts;
    const { updates, pending } = chunk;
    applier.receive(chunk);
    this.#pending = pending;
    this.#received += updates.length;
    this.#catchUp.received(updates.length, pending);
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
}
