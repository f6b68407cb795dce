import type { FoldState } from './fold-state.js';
import type { ResolvedLevelConfig } from './level-config.js';
import type { LevelEngine } from './level-engine.js';

/** A fold whose database is open, and that nobody else writes to. */
export interface LevelFold {
  readonly engine: LevelEngine;
  /** Whether the engine copies what it is given at once, and what it returns, so that both may be used for something else. */
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
