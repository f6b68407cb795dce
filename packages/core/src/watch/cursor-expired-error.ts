import type { WatchCursor } from '../cursor/watch-cursor.js';
import { SlipstreamError } from '../errors/slipstream-error.js';
import type { ReconcileReason } from '../protocol/resume-plan.js';

/** Why a fold is reconciled, as an error: the cause of the `repairing` state, and the end without a fold. */
export function cursorExpiredError(
  bucket: string,
  cursor: WatchCursor,
  reason: ReconcileReason,
): SlipstreamError {
  return new SlipstreamError(
    'CURSOR_EXPIRED',
    `bucket ${bucket}, cursor ${cursor}: ${explanations[reason]}`,
    {
      hint: 'With a fold, the watch reconciles it and continues; without one, start without a cursor.',
    },
  );
}

const explanations: Readonly<Record<ReconcileReason, string>> = {
  'scope-changed': 'another scope was followed up to it',
  'no-cursor': 'the fold has entries but no cursor',
  'below-window': 'the log no longer has everything after it',
  'beyond-end': 'the log ends before it, so this is another incarnation of the log',
  'epoch-changed': 'the bucket was re-created since',
  'refused-by-source': 'the source refused it, or lost updates',
  'markers-expired': 'delete markers may have expired since',
  'asked-for': "verifyOnResume: 'always' compares at every attachment",
};
