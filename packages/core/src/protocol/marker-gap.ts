/**
 * The longest that a dead connection goes unnoticed, and that an attachment takes: meanwhile a watch wrongly believes
 * that it has received everything. In milliseconds: the deadline of a request.
 */
export const UNNOTICED_MS = 30_000;

/** What {@link markerGapMs} is computed from. All times are in milliseconds. */
export interface MarkerGapInput {
  /** The source's clock at the cursor; `undefined` when the cursor does not say. */
  readonly cursorAt: number | undefined;
  /** The source's clock now. */
  readonly logAt: number;
  /**
   * How long ago the watch was still waiting on a healthy session with everything delivered; `undefined` when
   * it never was.
   */
  readonly sinceIdleMs: number | undefined;
}

/**
 * An upper bound of the time in which a delete marker can have been written and removed again unseen, counted up
 * to the moment at which the coming attachment takes hold; `undefined` when nothing bounds it.
 *
 * A cursor is as old as the last change in scope, however long the watch then went without one, so the moment at
 * which it was last idle counts as well. That moment is less certain: the peer may have died {@link UNNOTICED_MS}
 * before.
 */
export function markerGapMs({ cursorAt, logAt, sinceIdleMs }: MarkerGapInput): number | undefined {
  const sinceCursor = cursorAt === undefined ? Number.POSITIVE_INFINITY : logAt - cursorAt;
  const sinceIdle = sinceIdleMs === undefined ? Number.POSITIVE_INFINITY : sinceIdleMs + UNNOTICED_MS;
  const gapMs = Math.min(sinceCursor, sinceIdle) + UNNOTICED_MS;
  return Number.isFinite(gapMs) ? gapMs : undefined;
}
