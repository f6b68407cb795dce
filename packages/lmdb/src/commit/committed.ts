import { META_KEY } from '../keyspace/key-layout.js';
import type { LmdbEngine } from '../lmdb-engine.js';
import { commitFailure, isPanic } from '../lmdb-errors.js';

/** Waits for a commit on the engine's writer thread. Rejects with the reason of its failure. */
export async function committed(engine: LmdbEngine, commit: PromiseLike<unknown>): Promise<void> {
  try {
    await commit;
  } catch (error) {
    const failure = await commitFailure(error);
    await unblockFlushes(engine);
    throw failure;
  }
}

/** @throws the engine's error when it has given up for good: reads get that, commits and `close` no answer. */
export function assertNotPanicked(engine: LmdbEngine): void {
  try {
    engine.resetReadTxn();
    engine.getBinaryFast(META_KEY);
  } catch (error) {
    if (isPanic(error)) throw error;
  }
}

/**
 * After a failed commit, waiting for its flush, as `close` does, takes until another commit succeeds (lmdb 3.5.6). An
 * empty one succeeds even on a full disk.
 */
async function unblockFlushes(engine: LmdbEngine): Promise<void> {
  try {
    assertNotPanicked(engine);
    await engine.batch(() => undefined);
  } catch {
    // The engine gave up, or wrote this together with another commit that failed, which unblocks them in its turn.
  }
}
