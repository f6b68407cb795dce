import { type Clock, sleep } from '@slipstream/core';
import type { StreamInfo } from '../jetstream/jetstream-types.js';
import { isReplicated } from '../jetstream/stream-facts.js';
import type { AtomicBatch } from './atomic-batch.js';
import type { PushConsumer } from './push-consumer.js';
import type { WatchDelivery } from './watch-delivery.js';
import type { WatchedLog } from './watched-log.js';

/** What a poll asks, and what it reports to. */
export interface ProgressPollParts {
  readonly consumer: PushConsumer;
  readonly delivery: WatchDelivery;
  readonly log: WatchedLog;
  readonly clock: Clock;
  /** The end of the watch. */
  readonly signal: AbortSignal;
}

const FIRST_POLL_MS = 10;
const LAST_POLL_MS = 1_000;

/** Asks the server what a delivery does not say: how far a consumer that delivers nothing has scanned. */
export class ProgressPoll {
  readonly #parts: ProgressPollParts;

  constructor(parts: ProgressPollParts) {
    this.#parts = parts;
  }

  /**
   * The consumer of a replicated stream may live on a replica that lags behind the leader: that it has nothing more proves
   * nothing until it has scanned up to where the leader was when the watch began.
   */
  async followReplica({ state }: StreamInfo): Promise<void> {
    const { consumer, delivery, signal } = this.#parts;
    await this.#poll(async () => {
      const progress = await consumer.progress(signal);
      if (progress === undefined || progress.streamSequence < state.last_seq) return false;
      delivery.scannedTo(progress.streamSequence);
      return true;
    });
  }

  /** Ends a batch whose last messages do not arrive: they are out of scope, or were replaced. */
  async settle(batch: AtomicBatch): Promise<void> {
    const { delivery } = this.#parts;
    await this.#poll(async () => {
      if (!delivery.isOpen(batch)) return true;
      if (!(await this.#hasArrived(batch))) return false;
      if (delivery.isOpen(batch)) delivery.endBatch();
      return true;
    });
  }

  /** Whether the log has the whole batch, and nothing of it in scope is still in flight. */
  async #hasArrived(batch: AtomicBatch): Promise<boolean> {
    const { consumer, log, signal } = this.#parts;
    const info = await log.read();
    // While the batch is being stored, the head belongs to it. A head that is gone by now was not part of it.
    const head = await log.head(info);
    if (head !== undefined && batch.isContinuedBy(head)) return false;
    const progress = await consumer.progress(signal);
    if (progress === undefined) return false;
    return (
      progress.streamSequence >= info.state.last_seq || (!isReplicated(info.config) && progress.pending === 0)
    );
  }

  /** Asks repeatedly, at growing intervals, until the answer is yes or the watch has ended. */
  async #poll(isDone: () => Promise<boolean>): Promise<void> {
    const { clock, signal } = this.#parts;
    for (let delayMs = FIRST_POLL_MS; !signal.aborted; delayMs = Math.min(2 * delayMs, LAST_POLL_MS)) {
      // A failed request may succeed later; a broken watch ends by itself.
      if (await isDone().catch(() => false)) return;
      await sleep(clock, delayMs, signal).catch(() => undefined);
    }
  }
}
