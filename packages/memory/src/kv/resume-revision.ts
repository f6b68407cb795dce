import { resumeObstacle, SlipstreamError, type WatchCursor } from '@slipstream/core';
import type { BoundedLog } from '../log/bounded-log.js';

/**
 * The revision after which a log is to be resumed.
 * @param afterGap - Whether a log that was compacted past the cursor may begin where it now begins.
 * @param what - What is watched, for the message.
 * @throws `CURSOR_EXPIRED` when the log cannot be resumed there.
 */
export function resumeRevision(
  log: BoundedLog,
  cursor: WatchCursor,
  afterGap: boolean,
  what: string,
): number {
  const { revision, epoch } = cursor;
  const extent = {
    firstRevision: BigInt(log.firstRevision),
    lastRevision: BigInt(log.lastRevision),
    epoch: log.epoch,
  };
  const obstacle =
    revision === undefined ? 'not a revision' : resumeObstacle({ cursor: { revision, epoch }, log: extent });
  if (obstacle === undefined) return Number(revision);
  if (obstacle === 'below-window' && afterGap) return log.firstRevision - 1;
  throw new SlipstreamError(
    'CURSOR_EXPIRED',
    `${what}: cannot resume at cursor ${cursor} (${obstacle}); the log of epoch ${log.epoch} has revisions ` +
      `${log.firstRevision} to ${log.lastRevision}`,
  );
}
