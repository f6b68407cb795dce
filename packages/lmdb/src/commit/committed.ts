import { META_KEY } from '../keyspace/key-layout.js';
import type { LmdbEngine } from '../lmdb-engine.js';
import { commitFailure, isPanic } from '../lmdb-errors.js';

/** Waits for a commit on the engine's writer thread. Rejects with what it failed with. */
export async function committed(engine: LmdbEngine, commit: PromiseLike<unknown>): Promise<void> {
  try {
    await commit;
  } catch (error) {
    const failure = await commitFailure(error);
    await mendFlushes(engine);
    throw failure;
  }
}

/** @throws the engine's error when it has given up for good: it answers to reads with that, to commits and `close` never. */
export function assertGoesOn(engine: LmdbEngine): void {
  try {
    engine.resetReadTxn();
    engine.getBinaryFast(META_KEY);
  } catch (error) {
    if (isPanic(error)) throw error;
  }
}

/**
 * Whoever waits for the flush of a commit that failed, as `close` does, waits until another commit succeeds (lmdb
 * 3.5.6). For one of nothing there is room on a full disk.
 */
async function mendFlushes(engine: LmdbEngine): Promise<void> {
  try {
    assertGoesOn(engine);
    await engine.batch(() => undefined);
  } catch {
    // It gave up, or wrote this together with another one, which failed as well and is mended in its turn.
  }
}
