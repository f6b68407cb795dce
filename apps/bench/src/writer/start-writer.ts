import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { TrialContext } from '../trial/trial.js';
import type { WriterOrders } from './writer-orders.js';

/** A writer that runs. */
export interface RunningWriter extends AsyncDisposable {
  /** Resolves when it has put everything. @throws {Error} when it ended before */
  readonly done: Promise<void>;
}

/** Starts writing to the bucket of a trial, from another process. Disposing ends it. */
export function startWriter(
  { serverUrl, bucket, entries, writerProgram }: TrialContext,
  { putsPerSecond, puts }: Pick<WriterOrders, 'putsPerSecond' | 'puts'>,
): RunningWriter {
  const orders: WriterOrders = { serverUrl, bucket, entries, putsPerSecond, puts };
  const child = fork(writerProgram, [JSON.stringify(orders)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const closed = once(child, 'close');
  const done = closed.then(([code]) => {
    if (code !== 0) throw new Error(`the writer ended with ${code}`);
  });
  // Whether anybody waits for it or not.
  done.catch(() => undefined);
  return {
    done,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await closed;
    },
  };
}
