import type { LmdbEngine } from '../lmdb-engine.js';

/** Resolves when everything that readers see is flushed, also after failed commits. */
export function flush(engine: LmdbEngine): Promise<void> {
  return new Promise((resolve, reject) => {
    engine.sync((error) => (error === undefined ? resolve() : reject(error)));
  });
}
