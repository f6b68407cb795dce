import { VersionToken, type WatchChunk, WatchCursor } from '@slipstream/core';
import { type ArrivedUpdate, PackedUpdates } from './packed-updates.js';
import { ValueSlab } from './value-slab.js';

/** A chunk holds no more than this, so that its receiver can work in steps. */
const MAX_CHUNK_UPDATES = 4_096;
const MAX_CHUNK_BYTES = 4 * 1024 * 1024;

/** What a queue begins with. */
export interface ChunkQueueOptions {
  /** Lets the server continue sending; see {@link ChunkQueue.holdFlowControl}. */
  readonly answerFlowControl: (subject: string) => void;
  /** The key of these tokens of a subject; `undefined` when they are not a key. */
  readonly keyOf: (tokens: string) => string | undefined;
}

interface OpenChunk {
  readonly updates: PackedUpdates;
  revision: number;
  at: number;
  pending: number | undefined;
  flowControl: string | undefined;
  isBookmark: boolean;
  mayLackDeletes: boolean;
  /** Neither it nor what came later is handed over. */
  isHeld: boolean;
}

/** Chunks from a point on that wait for a proof; see {@link ChunkQueue.hold}. */
export type HeldChunks = Pick<OpenChunk, 'isHeld' | 'mayLackDeletes'>;

const NO_REVISION = -1;

/**
 * What has arrived and was not taken yet, as chunks. The server bounds it: a flow control request is answered only when
 * everything before it was taken, and until then the server sends at most its window (2 MiB at first, 32 MiB at most).
 *
 * Positions are kept as numbers and become cursors once per chunk.
 */
export class ChunkQueue {
  readonly #answerFlowControl: (subject: string) => void;
  readonly #keyOf: (tokens: string) => string | undefined;
  readonly #values = new ValueSlab();
  readonly #sealed: OpenChunk[] = [];
  /** The updates of a chunk that was taken, for reuse. */
  #spare: PackedUpdates | undefined;
  #open: OpenChunk = this.#newChunk(NO_REVISION, 0, undefined);
  #cursor = WatchCursor.none;
  #epoch = '';
  #reportedPending: number | undefined;

  constructor({ answerFlowControl, keyOf }: ChunkQueueOptions) {
    this.#answerFlowControl = answerFlowControl;
    this.#keyOf = keyOf;
  }

  /** Where the watch begins: the log's incarnation, and the position before anything has arrived. */
  begin(epoch: string, cursor: WatchCursor): void {
    this.#epoch = epoch;
    this.#cursor = cursor;
  }

  /**
   * Everything in scope up to `revision`, which the server stored at `at`, has arrived or is gone; the server has `pending`
   * more.
   */
  advance(revision: number, at: number, pending: number | undefined): void {
    const open = this.#open;
    open.revision = revision;
    open.at = at;
    open.pending = pending;
  }

  /** Adds the update that the position was just advanced to. */
  push(update: ArrivedUpdate): void {
    this.#open.updates.add(update);
    this.#sealIfFull();
  }

  /** Adds updates, the last of which the position was just advanced to: one chunk has all of them. */
  pushTogether(updates: PackedUpdates): void {
    this.#open.updates.addAll(updates);
    this.#sealIfFull();
  }

  /** What arrives from now on is not handed over before {@link release}: something before it may be missing. */
  hold(): HeldChunks {
    if (this.#open.updates.count > 0) this.#seal();
    this.#open.isHeld = true;
    return this.#open;
  }

  /** Nothing was missing. */
  release(held: HeldChunks): void {
    held.isHeld = false;
  }

  /** Something was missing: forgets everything that is held. */
  discardHeld(): void {
    const first = this.#sealed.findIndex(({ isHeld }) => isHeld);
    if (first !== -1) this.#sealed.length = first;
    if (first !== -1 || this.#open.isHeld) this.#open = this.#newChunk(NO_REVISION, 0, undefined);
  }

  /** Delete markers may be missing before what is held, or else before what was last added. */
  markMayLackDeletes(held: HeldChunks = this.#open): void {
    held.mayLackDeletes = true;
  }

  /** The server has nothing more. */
  caughtUp(): void {
    this.#open.pending = 0;
  }

  /**
   * Moves the position to `revision` without an update, unless something newer has arrived: it was proved
   * that nothing in scope lies between.
   */
  claim(revision: number, at: number): void {
    if (revision <= this.#open.revision) return;
    this.#open.revision = revision;
    this.#open.at = at;
  }

  /** A {@link claim} that is worth a chunk of its own: the server has scanned that far and has nothing more. */
  bookmark(revision: number, at: number): void {
    if (revision <= this.#open.revision) return;
    this.claim(revision, at);
    this.caughtUp();
    this.#open.isBookmark = true;
  }

  /** The position; `undefined` while nothing has arrived and nothing was claimed. */
  get revision(): number | undefined {
    return this.#open.revision === NO_REVISION ? undefined : this.#open.revision;
  }

  /** When the server stored what is at the position, in milliseconds since 1970. */
  get at(): number {
    return this.#open.at;
  }

  /** Answers `subject`, now or as soon as everything that has arrived was taken. */
  holdFlowControl(subject: string): void {
    if (this.isEmpty) this.#answerFlowControl(subject);
    else this.#open.flowControl = subject;
  }

  /** Whether every update that arrived was taken. */
  get isEmpty(): boolean {
    return this.#sealed.length === 0 && this.#open.updates.count === 0;
  }

  /** The next chunk; `undefined` while there is nothing to report. */
  take(): WatchChunk | undefined {
    const [oldest = this.#open] = this.#sealed;
    if (oldest.isHeld) return undefined;
    const chunk = this.#sealed.shift() ?? this.#takeOpen();
    if (chunk === undefined) return undefined;
    this.#answer(chunk);
    // The request may have come when everything before it was sealed, with nothing since.
    if (this.isEmpty) this.#answer(this.#open);
    this.#reportedPending = chunk.pending;
    const { pending, mayLackDeletes } = chunk;
    const updates = chunk.updates.unpack(this.#keyOf);
    chunk.updates.clear();
    this.#spare = chunk.updates;
    return { updates, cursor: this.#cursorOf(chunk), pending, mayLackDeletes };
  }

  /** Forgets what was not taken. */
  clear(): void {
    this.#sealed.length = 0;
    this.#open = this.#newChunk(NO_REVISION, 0, undefined);
  }

  #takeOpen(): OpenChunk | undefined {
    const chunk = this.#open;
    const isCaughtUp = chunk.pending === 0 && this.#reportedPending !== 0;
    if (chunk.updates.count === 0 && !isCaughtUp && !chunk.isBookmark) return undefined;
    this.#open = this.#newChunk(chunk.revision, chunk.at, chunk.pending);
    return chunk;
  }

  #answer(chunk: OpenChunk): void {
    const { flowControl } = chunk;
    if (flowControl === undefined) return;
    chunk.flowControl = undefined;
    this.#answerFlowControl(flowControl);
  }

  #sealIfFull(): void {
    const { updates } = this.#open;
    if (updates.count >= MAX_CHUNK_UPDATES || updates.bytes >= MAX_CHUNK_BYTES) this.#seal();
  }

  #seal(): void {
    const chunk = this.#open;
    this.#sealed.push(chunk);
    this.#open = this.#newChunk(chunk.revision, chunk.at, chunk.pending);
  }

  #cursorOf({ revision, at }: OpenChunk): WatchCursor {
    if (revision === NO_REVISION) return this.#cursor;
    if (this.#cursor.revision !== BigInt(revision)) {
      this.#cursor = WatchCursor.of({
        version: VersionToken.fromRevision(revision),
        epoch: this.#epoch,
        at,
      });
    }
    return this.#cursor;
  }

  #newChunk(revision: number, at: number, pending: number | undefined): OpenChunk {
    const updates = this.#spare ?? new PackedUpdates(this.#values);
    this.#spare = undefined;
    return {
      updates,
      revision,
      at,
      pending,
      flowControl: undefined,
      isBookmark: false,
      mayLackDeletes: false,
      isHeld: false,
    };
  }
}
