import { closedError, SlipstreamError } from '@slipstream/core';
import { openState } from './fold-state.js';
import { ENTRIES } from './keyspace.js';
import type { ResolvedLevelConfig } from './level-config.js';
import { ENCODINGS, type LevelEngine } from './level-engine.js';
import { levelError } from './level-errors.js';
import type { LevelFold } from './level-fold.js';

const inUse = new WeakSet<LevelEngine>();

/** Opens the fold in a database of the caller's, or creates one when the database is empty. */
export async function adoptEngine(engine: LevelEngine, config: ResolvedLevelConfig): Promise<LevelFold> {
  const location = engine.location ?? 'in a database of the caller';
  const { getSync, explicitSnapshots } = engine.supports;
  if (!getSync || !explicitSnapshots) {
    const missing = getSync ? 'has no explicit snapshots' : 'does not read synchronously';
    throw new SlipstreamError('UNSUPPORTED', `${location}: this engine ${missing}`, {
      hint: 'Use classic-level or memory-level.',
    });
  }
  if (inUse.has(engine)) {
    throw new SlipstreamError('LOCKED', `${location}: a fold is already open in this engine`, {
      hint: 'A fold can be open only once: close the other one.',
    });
  }
  inUse.add(engine);
  try {
    if (engine.status === 'opening') await engine.open();
    if (engine.status !== 'open') throw closedError(`the engine of the level fold ${location}`);
    return {
      engine,
      // Some engines, such as memory-level, keep the arrays that they are given, and return them.
      copies: false,
      location,
      config,
      state: await openState(engine, location, true),
      bytes: async () => (await engine.approximateSize?.(ENTRIES.gte, ENTRIES.lt, ENCODINGS)) ?? 0,
      release: async () => void inUse.delete(engine),
    };
  } catch (error) {
    inUse.delete(engine);
    throw levelError(error, `opening the level fold ${location}`);
  }
}
