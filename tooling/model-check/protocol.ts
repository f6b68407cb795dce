import {
  markerGapMs,
  nextCursor,
  planFirst,
  planResume,
  type ResumeInput,
  type ResumeObstacle,
  type ResumePlan,
  type ResumePlanInput,
  resumeObstacle,
} from '@slipstream/core';

/**
 * What the model runs: the guards of the production code, and the order in which the loop does things. A mutant
 * replaces one of them.
 */
export interface Protocol {
  // The guards.
  readonly planFirst: typeof planFirst;
  readonly planResume: (input: ResumePlanInput) => ResumePlan;
  readonly resumeObstacle: (input: ResumeInput) => ResumeObstacle | undefined;
  readonly nextCursor: typeof nextCursor;
  readonly markerGapMs: typeof markerGapMs;
  // The order of things.
  /** When the source's keys are listed: once attached, or already before. */
  readonly list: 'after-attaching' | 'before-attaching';
  /** Whether a key that a listing left out is asked for by itself. */
  readonly confirm: boolean;
  /** Whether versions past the cursor are taken for something that the delta will bring. */
  readonly sparesPastCursor: boolean;
  /** Where the deletes of vanished keys go. */
  readonly deletes: 'before-the-delta' | 'after-the-delta';
  /** Whether a cursor that its log no longer reaches is given up. */
  readonly abandons: boolean;
  /** When a watch counts as having received everything: after a long wait, or once it had caught up. */
  readonly trusts: 'long-waits' | 'having-caught-up';
  /** How a wait is counted: while the process runs, or by the clock, a suspension included. */
  readonly waits: 'while-running' | 'by-the-clock';
  /** Whether an attachment that took longer than its plan allows for is compared. */
  readonly comparesLate: boolean;
  /** What follows when the source says that deletes may be missing: a comparison once caught up, or nothing. */
  readonly doubts: 'compared' | 'ignored';
  /** Whether the cursor stays before deletes that may be missing, until the fold is compared. */
  readonly holds: boolean;
  /** How a batch is committed: at once, the cursor in front of the entries, or before the caller has applied it. */
  readonly commit: 'atomic' | 'cursor-first' | 'before-apply';
}

export const production: Protocol = {
  planFirst,
  planResume,
  resumeObstacle,
  nextCursor,
  markerGapMs,
  list: 'after-attaching',
  confirm: true,
  sparesPastCursor: false,
  deletes: 'before-the-delta',
  abandons: true,
  trusts: 'long-waits',
  waits: 'while-running',
  comparesLate: true,
  doubts: 'compared',
  holds: true,
  commit: 'atomic',
};
