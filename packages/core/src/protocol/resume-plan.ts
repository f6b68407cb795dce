import { type MarkerQuestion, markersMayHaveExpired } from './marker-window.js';
import { type ResumeObstacle, type ResumeQuestion, resumeObstacle } from './resume-window.js';

/**
 * When a fold is compared with its source at an attachment: when something may have been missed (`auto`), each
 * time (`always`), or only when the source refuses the cursor (`never`).
 */
export type VerifyOnResume = 'auto' | 'always' | 'never';

/** Why a fold is compared with its source. */
export type ReconcileReason = ResumeObstacle | 'refused-by-source' | 'markers-expired' | 'asked-for';

/** How to attach. */
export interface ResumePlan {
  /**
   * `at-cursor`: exactly the delta. `after-gap`: from the oldest retained update past the cursor. `state`: the
   * whole state, because versions of another incarnation do not compare.
   */
  readonly start: 'at-cursor' | 'after-gap' | 'state';
  /** Keys of the fold that the source no longer knows have to go first, for this reason. */
  readonly reconcile: ReconcileReason | undefined;
}

/** What {@link planResume} decides on. */
export interface ResumePlanQuestion extends ResumeQuestion, MarkerQuestion {
  /** The source has refused this cursor, or noticed on a live watch that it lost something. */
  readonly refused: boolean;
  readonly verify: VerifyOnResume;
}

/** Decides how a fold with a cursor attaches to its source. */
export function planResume(question: ResumePlanQuestion): ResumePlan {
  const obstacle = resumeObstacle(question);
  if (obstacle === 'below-window') return { start: 'after-gap', reconcile: obstacle };
  if (obstacle !== undefined) return { start: 'state', reconcile: obstacle };
  if (question.refused) return { start: 'after-gap', reconcile: 'refused-by-source' };
  const { verify } = question;
  if (verify === 'always') return { start: 'at-cursor', reconcile: 'asked-for' };
  const due = verify === 'auto' && markersMayHaveExpired(question);
  return { start: 'at-cursor', reconcile: due ? 'markers-expired' : undefined };
}
