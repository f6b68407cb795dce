import type { VersionToken } from '../cursor/version-token.js';
import type { WatchCursor } from '../cursor/watch-cursor.js';

/**
 * How a fold differs from its source in a key.
 *
 * - `missing`: the source has the key live, the fold does not have it.
 * - `stale`: the fold has the key, the source does not: deleted, evicted, or never written.
 * - `version`: both have it, at different versions.
 * - `value`: both have it at the same version, with different bytes.
 */
export type DriftKind = 'missing' | 'stale' | 'version' | 'value';

/** A key in which a fold differs from its source, for good: no update that is on its way explains it. */
export interface FoldDrift {
  readonly kind: DriftKind;
  readonly key: string;
  /** What the fold has; `undefined`: nothing. */
  readonly inFold: VersionToken | undefined;
  /** What the source has, markers included; `undefined`: nothing. */
  readonly inSource: VersionToken | undefined;
}

/** A difference was found; with `repair`, it has been repaired. */
export interface DriftFoundEvent {
  readonly type: 'drift-found';
  readonly drift: FoldDrift;
  readonly repaired: boolean;
}

/** The result of a comparison. */
export interface FoldReport {
  /** Live entries of the source that were compared. */
  readonly compared: number;
  /** Differences by kind. */
  readonly counts: Readonly<Record<DriftKind, number>>;
  /** The first 1 000 differences; the observer receives all. */
  readonly drift: readonly FoldDrift[];
  /** Differences that were repaired. */
  readonly repaired: number;
  /** The fold's cursor at the end. */
  readonly cursor: WatchCursor;
}
