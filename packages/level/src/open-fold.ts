import type { FoldState } from './fold-state.js';
import type { ResolvedLevelConfig } from './level-config.js';
import type { LevelEngine } from './level-engine.js';

/** A fold whose database is open, and that nobody else writes to. */
export interface OpenFold {
  readonly engine: LevelEngine;
  /** Whether every read makes the bytes that it returns, so that they may be handed on. */
  readonly ownsValues: boolean;
  /** For messages. */
  readonly location: string;
  readonly config: ResolvedLevelConfig;
  readonly state: FoldState;
  /** What it occupies. */
  bytes(): Promise<number>;
  /** Gives it up to whoever opens it next. */
  release(): Promise<void>;
}
