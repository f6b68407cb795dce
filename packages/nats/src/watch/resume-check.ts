import {
  type ResumeObstacle,
  resumeObstacle,
  resumeWindowOk,
  SlipstreamError,
  VersionToken,
  WatchCursor,
} from '@slipstream/core';
import type { StreamInfo } from '../jetstream/jetstream-types.js';

const explanations: Readonly<Record<ResumeObstacle, string>> = {
  'epoch-changed': 'the bucket was re-created or restored',
  'beyond-end': 'the bucket ends before it, so this is another incarnation',
  'below-window': 'the bucket no longer has everything after it',
};

/**
 * Where a watch begins: at its cursor; or, when it may begin after a gap and the log no longer has what comes next, right
 * before the first retained message.
 *
 * @throws `CURSOR_EXPIRED`
 */
export function resumePosition(
  bucket: string,
  { resume, afterGap }: { readonly resume: WatchCursor; readonly afterGap: boolean },
  info: StreamInfo,
): WatchCursor {
  const { revision, epoch, at } = resume;
  if (resume.isNone) return resume;
  const floor = BigInt(info.state.first_seq);
  if (!afterGap || revision === undefined || resumeWindowOk(revision, floor)) {
    assertResumable(bucket, resume, info);
    return resume;
  }
  return WatchCursor.of({ version: VersionToken.fromRevision(floor - 1n), epoch, at });
}

/**
 * The checks that the server does not make: it silently clamps a start sequence below its first one up, and one beyond
 * its end down (2.10) or waits there silently (from 2.11).
 *
 * @throws `CURSOR_EXPIRED`
 */
export function assertResumable(bucket: string, cursor: WatchCursor, info: StreamInfo): void {
  const { revision, epoch } = cursor;
  if (revision === undefined) {
    throw new SlipstreamError(
      'CURSOR_EXPIRED',
      `bucket ${bucket}: ${cursor} is not a position in a NATS bucket`,
    );
  }
  const { first_seq, last_seq } = info.state;
  const log = { firstRevision: BigInt(first_seq), lastRevision: BigInt(last_seq), epoch: info.created };
  const obstacle = resumeObstacle({ cursor: { revision, epoch }, log });
  if (obstacle === undefined) return;
  throw new SlipstreamError(
    'CURSOR_EXPIRED',
    `bucket ${bucket}: cannot resume after revision ${revision}: ${explanations[obstacle]} ` +
      `(it has ${first_seq} to ${last_seq})`,
  );
}
