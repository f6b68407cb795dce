import type { StoredMessage } from '../jetstream/jetstream-types.js';
import { atomicBatch } from '../jetstream/message-headers.js';
import { type ArrivedUpdate, PackedUpdates } from './packed-updates.js';
import { ValueSlab } from './value-slab.js';

/**
 * The part of an atomic batch that has arrived (`Nats-Batch-*`, nats-server 2.12). Its messages are contiguous in the
 * log. A receiver of only some of them would see a state that never existed.
 */
export class AtomicBatch {
  readonly id: string;
  /** Those in scope. */
  readonly updates: PackedUpdates = new PackedUpdates(new ValueSlab());
  sequence = 0;
  at = 0;
  pending: number | undefined;

  constructor(id: string) {
    this.id = id;
  }

  /** The next message of the batch has arrived; `update` is `undefined` for one that is out of scope. */
  add(update: ArrivedUpdate | undefined, sequence: number, at: number, pending: number | undefined): void {
    if (update !== undefined) this.updates.add(update);
    this.sequence = sequence;
    this.at = at;
    this.pending = pending;
  }

  /** Whether what follows `message` in the log may also belong to the batch. */
  isContinuedBy({ hdrs = '' }: StoredMessage): boolean {
    const member = atomicBatch(Buffer.from(hdrs, 'base64'));
    return member?.id === this.id && !member.isLast;
  }
}
