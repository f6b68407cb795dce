import type { FoldState } from './fold-state.js';
import type { ResolvedLevelConfig } from './level-config.js';
import type { LevelEngine } from './level-engine.js';

/** A fold while it is open; only this process writes to its database. */
export interface LevelFold {
  readonly engine: LevelEngine;
  /** Whether the engine copies what it is given, at once, and what it returns, so that both arrays may be reused. */
  readonly copies: boolean;
  /** For messages. */
  readonly location: string;
  readonly config: ResolvedLevelConfig;
  readonly state: FoldState;
  /** What it occupies. */
  bytes(): Promise<number>;
  /** Releases it, so that it can be opened again. */
  release(): Promise<void>;
}
