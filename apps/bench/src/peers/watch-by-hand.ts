import { Kvm, type KvWatchEntry } from '@nats-io/kv';
import { connect } from '@nats-io/transport-node';
import type { Instrument } from '../trial/instrument.js';
import type { TrialContext } from '../trial/trial.js';
import { HAND_BATCH, type HandMadeFold } from './hand-made-fold.js';

/** What a hand-made program does with the entries of `kv.watch()` until it has caught up. */
export interface HandMadeWatch {
  /** Takes one; what it returns is awaited only if it is a promise. */
  take(entry: KvWatchEntry): void | Promise<void>;
  /** Everything has been taken. */
  end?(): void | Promise<void>;
}

/**
 * Follows the bucket with the client's own `kv.watch()` until it has caught up.
 * @param instrument - Started when connection and bucket are there, stopped when everything has been taken.
 */
export async function watchByHand(
  { serverUrl, bucket }: TrialContext,
  instrument: Instrument,
  { take, end }: HandMadeWatch,
): Promise<void> {
  const connection = await connect({ servers: serverUrl });
  try {
    const kv = await new Kvm(connection).open(bucket);
    instrument.start();
    const entries = await kv.watch();
    for await (const entry of entries) {
      const taken = take(entry);
      if (taken !== undefined) await taken;
      // The last of those that were there at the beginning.
      if (entry.isUpdate) break;
    }
    await end?.();
    instrument.stop();
  } finally {
    await connection.close();
  }
}

/** Writes the entries into a fold, a batch at a time. */
export function intoFold(fold: HandMadeFold, progress: (done: number) => void): HandMadeWatch {
  let batch: KvWatchEntry[] = [];
  let written = 0;
  const flush = (): void | Promise<void> => {
    const full = batch;
    batch = [];
    written += full.length;
    progress(written);
    return full.length === 0 ? undefined : fold.write(full);
  };
  return {
    take(entry) {
      batch.push(entry);
      return batch.length < HAND_BATCH ? undefined : flush();
    },
    end: flush,
  };
}
