import type { WatchCursor } from '../cursor/watch-cursor.js';
import type { KvStore } from '../kv/kv-store.js';
import { markerGapMs } from '../protocol/marker-gap.js';
import { planFirst, planResume, type ResumePlan, type VerifyOnResume } from '../protocol/resume-plan.js';
import type { WatchScope } from '../scope/watch-scope.js';
import type { SnapshotStore } from '../snapshot/snapshot-store.js';
import { cursorExpiredError } from './cursor-expired-error.js';

/** What an attachment is planned from. */
export interface AttachmentInput {
  readonly source: KvStore;
  readonly cursor: WatchCursor;
  readonly store: SnapshotStore | undefined;
  readonly scope: WatchScope;
  readonly verify: VerifyOnResume;
  /** Whether the source has refused this cursor, or reported that deletes before it may be missing. */
  readonly refused: boolean;
  /** How long ago the watch was still idle on a healthy session; `undefined` when it never was. */
  readonly sinceIdleMs: number | undefined;
  readonly signal: AbortSignal;
}

/** Asks the source how far its log reaches, and decides how to attach to it. */
export async function planAttachment(input: AttachmentInput): Promise<ResumePlan> {
  const { source, cursor, store, scope, verify, refused, sinceIdleMs, signal } = input;
  const { revision, epoch } = cursor;
  const foldKeys = store === undefined ? undefined : (await store.stats()).entries;
  if (cursor.isNone) return planFirst(foldKeys ?? 0, refused);
  const log = await source.status({ signal });
  // What is in one scope and not in the other was not applied up to the cursor.
  const isOfOtherScope = cursor.scope !== undefined && cursor.scope !== scope.fingerprint;
  const plan: ResumePlan = isOfOtherScope
    ? { start: 'state', reconcile: 'scope-changed' }
    : planResume({
        cursor: { revision, epoch },
        log,
        refused,
        verify: store === undefined ? 'never' : verify,
        gapMs: markerGapMs({ cursorAt: cursor.at, logAt: log.at, sinceIdleMs }),
        shortestMarkerTtlMs: log.limits.shortestMarkerTtlMs,
        logKeys: log.keys,
        foldKeys,
      });
  if (plan.reconcile !== undefined && store === undefined)
    throw cursorExpiredError(source.name, cursor, plan.reconcile);
  return plan;
}
