import type { LmdbEngine } from '../lmdb-engine.js';

/** Resolves when all that readers see is safe on the disk, whatever became of commits. */
export function flush(engine: LmdbEngine): Promise<void> {
  return new Promise((resolve, reject) => {
    engine.sync((error) => (error === undefined ? resolve() : reject(error)));
  });
}
