import type { SnapshotBackend } from '@slipstream/core';
import type { FoldEngine } from './node-protocol.js';

/** Loads an engine, and no other. */
export async function loadEngine(engine: FoldEngine): Promise<SnapshotBackend<never>> {
  switch (engine) {
    case 'log':
      return (await import('@slipstream/log')).logBackend;
    case 'lmdb':
      return (await import('@slipstream/lmdb')).lmdbBackend;
    case 'sqlite':
      return (await import('@slipstream/sqlite')).sqliteBackend;
    case 'level':
      return (await import('@slipstream/level')).levelBackend;
  }
}
