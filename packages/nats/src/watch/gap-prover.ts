import { type Clock, SlipstreamError, sleep } from '@slipstream/core';
import type { StreamInfo } from '../jetstream/jetstream-types.js';
import type { ChunkQueue, HeldChunks } from './chunk-queue.js';
import type { DeliveryGap, EvictionGuard } from './eviction-guard.js';
import type { MarkerGuard } from './marker-guard.js';

/** What a prover works on. */
export interface GapProverParts {
  readonly guard: EvictionGuard;
  readonly markers: MarkerGuard;
  readonly queue: ChunkQueue;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Reads the state of the log. */
  readonly readLog: () => Promise<StreamInfo>;
  /** The gaps were harmless. */
  readonly onProved: (bookmark: Bookmark | undefined) => void;
  /** Something was lost after the gap's beginning; what came before it is in the queue. */
  readonly onLost: (gap: DeliveryGap, log: StreamInfo) => void;
  /** The gaps stay unproved: the log cannot be read, or an unexpected error occurred. */
  readonly onFailed: (error: unknown) => void;
}

/** A position without an update, and when the server was there. */
export interface Bookmark {
  readonly sequence: number;
  readonly at: number;
}

/** What the next look at the log is to prove. */
interface PendingProof {
  /** The oldest gap: what proves that one harmless proves the later ones, too. */
  readonly gap: DeliveryGap;
  held: HeldChunks | undefined;
  bookmark: Bookmark | undefined;
  /** Delete markers may be missing from a gap. */
  mayLackDeletes: boolean;
}

/** The log is read at most this often per watch: under load one reading serves many gaps. */
const INTERVAL_MS = 50;
const RETRY_MS = 1_000;
/** After this many failed readings the watch has broken: what follows the gap has waited too long. */
const MAX_FAILURES = 5;

/**
 * Proves gaps harmless before what follows them is handed over: a cursor past a loss would hide it forever. The log is
 * read once at a time, and what arrives meanwhile waits for the next reading. After a loss or a failure nothing more is
 * proved.
 */
export class GapProver {
  readonly #parts: GapProverParts;
  #next: PendingProof | undefined;
  #isIdle = true;

  constructor(parts: GapProverParts) {
    this.#parts = parts;
  }

  /** Whether what arrives is held back already. */
  get isHolding(): boolean {
    return this.#next?.held !== undefined;
  }

  /**
   * What arrives next follows `gap`: it is held back until the gap is proved harmless. If delete markers may be missing
   * from the gap, and something has left the log since the watch began, it is handed over with `mayLackDeletes`.
   */
  hold(gap: DeliveryGap, mayLackDeletes: boolean): void {
    const proof = this.#pendingProof(gap);
    proof.held ??= this.#parts.queue.hold();
    proof.mayLackDeletes ||= mayLackDeletes;
  }

  /** The server has scanned up to `bookmark` and found nothing after `gap`, which is to be proved harmless. */
  bookmark(gap: DeliveryGap, bookmark: Bookmark, mayLackDeletes: boolean): void {
    const proof = this.#pendingProof(gap);
    proof.bookmark = bookmark;
    proof.mayLackDeletes ||= mayLackDeletes;
  }

  #pendingProof(gap: DeliveryGap): PendingProof {
    this.#next ??= { gap, held: undefined, bookmark: undefined, mayLackDeletes: false };
    if (this.#isIdle) void this.#run();
    return this.#next;
  }

  async #run(): Promise<void> {
    const { clock, signal, onFailed } = this.#parts;
    this.#isIdle = false;
    try {
      // A burst arrives within one turn of the event loop: one proof serves all of it.
      await Promise.resolve();
      while (this.#next !== undefined) {
        const proof = this.#next;
        this.#next = undefined;
        if (!(await this.#prove(proof))) return;
        await sleep(clock, INTERVAL_MS, signal);
      }
      this.#isIdle = true;
    } catch (error) {
      // The end of the watch interrupts what waits here.
      if (!signal.aborted) onFailed(error);
    }
  }

  async #prove({ gap, held, bookmark, mayLackDeletes }: PendingProof): Promise<boolean> {
    const { guard, markers, queue, onProved, onLost } = this.#parts;
    const log = await this.#readLog();
    guard.observe(log);
    if (!guard.isHarmless(gap)) {
      queue.discardHeld();
      onLost(gap, log);
      return false;
    }
    if (mayLackDeletes && !markers.isUntouched(log)) queue.markMayLackDeletes(held);
    if (held !== undefined) queue.release(held);
    onProved(bookmark);
    return true;
  }

  async #readLog(): Promise<StreamInfo> {
    const { readLog, clock, signal } = this.#parts;
    for (let failures = 1; ; failures++) {
      try {
        return await readLog();
      } catch (error) {
        const mayPass = SlipstreamError.is(error) && error.recovery === 'retry';
        if (signal.aborted || !mayPass || failures === MAX_FAILURES) throw error;
        await sleep(clock, RETRY_MS, signal);
      }
    }
  }
}
