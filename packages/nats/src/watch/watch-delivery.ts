import type { Clock, WatchCursor, WatchScope } from '@slipstream/core';
import type { BucketSubjects } from '../bucket/bucket-subjects.js';
import type { AckSubjectReader } from '../jetstream/ack-subject.js';
import type { StreamInfo } from '../jetstream/jetstream-types.js';
import { atomicBatch } from '../jetstream/message-headers.js';
import { isReplicated, serverTimeMs } from '../jetstream/stream-facts.js';
import type { MessageFrame } from '../wire/message-frame.js';
import { AtomicBatch } from './atomic-batch.js';
import type { ChunkQueue } from './chunk-queue.js';
import { type DeliveryGap, EvictionGuard } from './eviction-guard.js';
import { overrunError, unprovedError } from './gap-errors.js';
import { type Bookmark, GapProver } from './gap-prover.js';
import { MarkerGuard } from './marker-guard.js';
import type { Heartbeat, PushConsumerSink } from './push-consumer-sink.js';
import { UpdateReader } from './update-reader.js';

/** What a delivery needs to know. */
export interface WatchDeliveryOptions {
  readonly bucket: string;
  readonly subjects: BucketSubjects;
  /** What keys are compared with; `undefined`: everything delivered is in scope. */
  readonly scope: WatchScope | undefined;
  /** Where the watch begins; `WatchCursor.none`: with the state. */
  readonly start: WatchCursor;
  /** The receiver knows that what the log dropped before {@link WatchDelivery.attached} is missing. */
  readonly afterGap: boolean;
  /** The log before the consumer was created. */
  readonly log: StreamInfo;
  readonly maxPayload: number;
  readonly clock: Clock;
  readonly queue: ChunkQueue;
  readonly signal: AbortSignal;
  readonly readLog: () => Promise<StreamInfo>;
  /** The queue has something to hand over. */
  readonly onArrival: () => void;
  readonly onFailure: (error: Error) => void;
  /** An atomic batch has begun and its end has not arrived. */
  readonly onOpenBatch: (batch: AtomicBatch) => void;
}

/** Turns what a consumer delivers into chunks: keys, values, positions, and proofs that nothing is missing. */
export class WatchDelivery implements PushConsumerSink {
  readonly #options: WatchDeliveryOptions;
  readonly #guard: EvictionGuard;
  readonly #markers: MarkerGuard;
  readonly #prover: GapProver;
  readonly #updates: UpdateReader;
  /** The server's clock minus ours. */
  readonly #clockOffsetMs: number;
  #isAttached = false;
  #hasFailed = false;
  /** Delete markers may be missing from what was delivered before {@link attached}. */
  #mayLackDeletes = false;
  /** The last sequence that arrived. A server may deliver one twice when it was written during the attach. */
  #arrived: number;
  /** Nothing in scope up to here is or can be missing; and when the server stored what is there. */
  #reached: number;
  #reachedAt: number;
  #batch: AtomicBatch | undefined;

  constructor(options: WatchDeliveryOptions) {
    const { bucket, subjects, scope, start, log, maxPayload, queue, clock, signal, readLog, onArrival } =
      options;
    this.#options = options;
    this.#updates = new UpdateReader(subjects, scope);
    this.#guard = new EvictionGuard(log, maxPayload);
    this.#clockOffsetMs = serverTimeMs(log) - clock.now();
    this.#arrived = start.isNone ? 0 : Number(start.revision);
    // The state has the last of each key, however many were dropped on the way there.
    this.#reached = start.isNone ? log.state.last_seq : this.#arrived;
    this.#reachedAt = start.isNone ? serverTimeMs(log) : (start.at ?? 0);
    this.#markers = new MarkerGuard(log, this.#reachedAt);
    this.#prover = new GapProver({
      guard: this.#guard,
      markers: this.#markers,
      queue,
      clock,
      signal,
      readLog,
      onProved: (bookmark) => {
        if (bookmark !== undefined) {
          queue.bookmark(bookmark.sequence, bookmark.at);
          this.#reach(bookmark);
        }
        onArrival();
      },
      onLost: (gap, lost) => this.failed(overrunError(bucket, gap, lost)),
      onFailed: (error) => this.failed(unprovedError(bucket, error)),
    });
  }

  /** The consumer exists, and `log` was read after that. */
  attached(log: StreamInfo): void {
    const { afterGap, start, queue } = this.#options;
    this.#isAttached = true;
    this.#guard.observe(log);
    if (this.#mayLackDeletes && !this.#markers.isUntouched(log)) queue.markMayLackDeletes();
    if (!afterGap || start.isNone) return;
    this.#reached = Math.max(this.#reached, log.state.first_seq - 1);
  }

  /**
   * The new consumer has nothing to deliver, so nothing in scope lies below the head as it was before: what
   * came later is delivered.
   */
  startAtHead(): void {
    const { queue, log } = this.#options;
    const head = { sequence: log.state.last_seq, at: serverTimeMs(log) };
    queue.claim(head.sequence, head.at);
    this.#reach(head);
    this.#markers.reached(head.at, true);
    if (queue.isEmpty) queue.caughtUp();
  }

  delivered(frame: MessageFrame, headers: Uint8Array, ack: AckSubjectReader): void {
    const { streamSequence: sequence, timestampMs: at } = ack;
    if (sequence <= this.#arrived || this.#hasFailed) return;
    const member = headers.length === 0 ? undefined : atomicBatch(headers);
    if (this.#batch !== undefined && this.#batch.id !== member?.id) this.endBatch();
    if (sequence > this.#reached + 1) this.#acceptGap(at);
    const pending = this.#pending(ack);
    this.#markers.reached(at, pending === 0);
    this.#arrived = sequence;
    if (sequence > this.#reached) {
      this.#reached = sequence;
      this.#reachedAt = at;
    }
    const update = this.#updates.read(frame, headers, sequence);
    const { queue, onArrival } = this.#options;
    if (member === undefined) {
      queue.advance(sequence, at, pending);
      if (update !== undefined) queue.push(update);
      onArrival();
    } else {
      this.#joinBatch(member.id).add(update, sequence, at, pending);
      if (member.isLast) this.endBatch();
    }
  }

  heartbeat({ streamSequence, isStalled }: Heartbeat): void {
    if (isStalled || !this.#isAttached || this.#hasFailed) return;
    // A batch is stored at once: when there was nothing to deliver for this long, all of it has been delivered.
    this.endBatch();
    this.scannedTo(streamSequence);
  }

  /** The server has scanned the log up to `sequence`, and everything that it delivered has arrived. */
  scannedTo(sequence: number): void {
    const { queue, log, onArrival } = this.#options;
    if (this.#hasFailed) return;
    // Keys can vanish before they are delivered; then no delivery reports that nothing is pending.
    if (sequence >= log.state.last_seq) {
      queue.caughtUp();
      onArrival();
    }
    if (sequence < this.#reached) return;
    // The server sent this after its answer to the latest look. That it has just arrived proves nothing: after a
    // suspension, what is read first may be an hour old.
    const at = Math.max(this.#reachedAt, this.#guard.observedAtMs);
    const mayLackDeletes =
      sequence > this.#reached && this.#markers.mayHaveMissedMarker(at, this.#serverNow());
    this.#markers.reached(at, true);
    if (sequence > (queue.revision ?? 0))
      this.#prover.bookmark(this.#gap(), { sequence, at }, mayLackDeletes);
  }

  flowControl(subject: string): void {
    this.#options.queue.holdFlowControl(subject);
  }

  /** Flow control was answered. */
  released(): void {
    this.#markers.released(this.#serverNow());
  }

  /** Nothing more is handed over and no position is claimed: it would be past what is missing. */
  failed(error: Error): void {
    this.#hasFailed = true;
    this.#options.onFailure(error);
  }

  /** Whether more of `batch` may arrive. */
  isOpen(batch: AtomicBatch): boolean {
    return this.#batch === batch;
  }

  /** Nothing more belongs to the batch that has arrived. */
  endBatch(): void {
    const batch = this.#batch;
    if (batch === undefined || this.#hasFailed) return;
    this.#batch = undefined;
    const { queue, onArrival } = this.#options;
    queue.advance(batch.sequence, batch.at, batch.pending);
    queue.pushTogether(batch.updates);
    onArrival();
  }

  /**
   * How much more the server has; `undefined` where 0 does not mean caught up, as the consumer may live on a replica that
   * lags.
   */
  #pending({ pending, streamSequence }: AckSubjectReader): number | undefined {
    const { log } = this.#options;
    const isSure = pending > 0 || !isReplicated(log.config) || streamSequence >= log.state.last_seq;
    return isSure ? pending : undefined;
  }

  #joinBatch(id: string): AtomicBatch {
    if (this.#batch === undefined) {
      this.#batch = new AtomicBatch(id);
      this.#options.onOpenBatch(this.#batch);
    }
    return this.#batch;
  }

  /** The consumer skipped something before `at`: it was out of scope or replaced, or else it is lost. */
  #acceptGap(at: number): void {
    const now = this.#serverNow();
    const mayLackDeletes = this.#markers.mayHaveMissedMarker(at, now);
    if (this.#options.afterGap && !this.#isAttached) {
      this.#mayLackDeletes ||= mayLackDeletes;
      return;
    }
    if (this.#prover.isHolding && !mayLackDeletes) return;
    if (mayLackDeletes || this.#guard.needsProof(this.#reachedAt, now))
      this.#prover.hold(this.#gap(), mayLackDeletes);
  }

  #serverNow(): number {
    return this.#options.clock.now() + this.#clockOffsetMs;
  }

  #reach({ sequence, at }: Bookmark): void {
    if (sequence <= this.#reached) return;
    this.#reached = sequence;
    this.#reachedAt = at;
  }

  #gap(): DeliveryGap {
    return { from: this.#reached, fromAt: this.#reachedAt };
  }
}
