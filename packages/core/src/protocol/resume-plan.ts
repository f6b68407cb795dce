import { type MarkerWindowInput, markersMayHaveExpired } from './marker-window.js';
import { epochObstacle, type ResumeInput, type ResumeObstacle, resumeObstacle } from './resume-window.js';

/**
 * When a fold is compared with its source at an attachment: when something may have been missed (`auto`), each
 * time (`always`), or only when the source refuses the cursor or there is none (`never`).
 */
export type VerifyOnResume = 'auto' | 'always' | 'never';

/** Why a fold is compared with its source. */
export type ReconcileReason =
  | ResumeObstacle
  | 'no-cursor'
  | 'scope-changed'
  | 'refused-by-source'
  | 'markers-expired'
  | 'asked-for';

/** How to attach. */
export interface ResumePlan {
  /**
   * `at-cursor`: exactly the delta. `after-gap`: from the oldest retained update past the cursor, because a
   * comparison makes up for what is gone. `state`: the whole state, because versions do not compare.
   */
  readonly start: 'at-cursor' | 'after-gap' | 'state';
  /** Why keys of the fold that the source no longer knows have to be removed first. */
  readonly reconcile: ReconcileReason | undefined;
}

/** What {@link planResume} decides on. */
export interface ResumePlanInput extends MarkerWindowInput {
  /** `revision` is `undefined` when versions have no order: only the source knows what it still has. */
  readonly cursor: { readonly revision: bigint | undefined; readonly epoch: string | undefined };
  readonly log: ResumeInput['log'];
  /** The source has refused this cursor, or lost updates of a live watch. */
  readonly refused: boolean;
  readonly verify: VerifyOnResume;
}

/**
 * Decides how a fold without a cursor attaches to its source. The source's state does not mention keys that have left
 * the log, and a fold with entries may hold some: it crashed before it could store a cursor, or the caller starts over.
 *
 * @param refused - The source has reported that deletes may be missing, and the fold was not compared since.
 */
export function planFirst(foldKeys: number, refused: boolean): ResumePlan {
  return { start: 'state', reconcile: foldKeys > 0 || refused ? 'no-cursor' : undefined };
}

/** Decides how a fold with a cursor attaches to its source. */
export function planResume(input: ResumePlanInput): ResumePlan {
  const { cursor, log, refused, verify } = input;
  const { revision, epoch } = cursor;
  const obstacle =
    revision === undefined
      ? epochObstacle(epoch, log.epoch)
      : resumeObstacle({ cursor: { revision, epoch }, log });
  if (obstacle === 'below-window') return { start: 'after-gap', reconcile: obstacle };
  if (obstacle !== undefined) return { start: 'state', reconcile: obstacle };
  // Without order there is no "after the gap": the source would only refuse again.
  if (refused)
    return { start: revision === undefined ? 'state' : 'after-gap', reconcile: 'refused-by-source' };
  if (verify === 'always') return { start: 'after-gap', reconcile: 'asked-for' };
  const due = verify === 'auto' && markersMayHaveExpired(input);
  return due
    ? { start: 'after-gap', reconcile: 'markers-expired' }
    : { start: 'at-cursor', reconcile: undefined };
}
