/**
 * Whether a log that still retains `firstRevision` and everything after it can be resumed after `revision`
 * without a hole. Nothing is missing when the first retained revision is at most the one that comes next.
 * Bigints, so that the highest u64 does not wrap round to 0.
 *
 * nats-server silently moves a consumer's start sequence that is below the first retained one up to it; this is the
 * check it does not make.
 */
export function resumeWindowOk(revision: bigint, firstRevision: bigint): boolean {
  return firstRevision <= revision + 1n;
}

/** Why a cursor cannot be resumed; `undefined` when it can. */
export type ResumeObstacle = 'epoch-changed' | 'beyond-end' | 'below-window';

/** What {@link resumeObstacle} compares. */
export interface ResumeInput {
  readonly cursor: { readonly revision: bigint; readonly epoch: string | undefined };
  readonly log: { readonly firstRevision: bigint; readonly lastRevision: bigint; readonly epoch: string };
}

/** Whether a cursor is of another incarnation; one without an epoch counts as of this one. */
export function epochObstacle(
  cursorEpoch: string | undefined,
  logEpoch: string,
): 'epoch-changed' | undefined {
  return cursorEpoch === undefined || cursorEpoch === logEpoch ? undefined : 'epoch-changed';
}

/**
 * The whole decision whether a log can be resumed at a cursor: same incarnation, not past its end (a log
 * that is shorter than the cursor is another incarnation, whatever its epoch), and inside the window.
 */
export function resumeObstacle({ cursor, log }: ResumeInput): ResumeObstacle | undefined {
  const changed = epochObstacle(cursor.epoch, log.epoch);
  if (changed !== undefined) return changed;
  if (cursor.revision > log.lastRevision) return 'beyond-end';
  return resumeWindowOk(cursor.revision, log.firstRevision) ? undefined : 'below-window';
}
