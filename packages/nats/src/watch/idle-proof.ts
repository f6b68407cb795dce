import { resumeWindowOk } from '@slipstream/core';
import type { StreamConfig, StreamInfo } from '../jetstream/jetstream-types.js';

/** What a heartbeat and the log after it say. */
export interface IdleQuestion {
  /** The position of the watch; `undefined` when nothing was delivered or claimed yet. */
  readonly position: number | undefined;
  /** The stream, read after the heartbeat. */
  readonly info: StreamInfo;
}

/**
 * Whether nothing in scope was lost between a watch's position and the sequence that a heartbeat names. The
 * heartbeat says that the server has looked at everything up to there and delivered what it found; what it
 * could not find are messages that had gone by then:
 *
 * - replaced by a newer one of the same key, which is or will be delivered: no loss;
 * - dropped by a limit of the log: those go from the front, so none has while the first message is not past
 *   the position.
 *
 * Where no limit drops anything, the front moves by replacement alone, as far as it likes. A watch without a
 * position has nothing to lose: it is told the state, not the way there.
 */
export function nothingLostWhileIdle({ position, info }: IdleQuestion): boolean {
  if (position === undefined || !canDrop(info.config)) return true;
  return resumeWindowOk(BigInt(position), BigInt(info.state.first_seq));
}

/** Whether messages can go without being replaced. */
function canDrop(config: StreamConfig): boolean {
  const isLimited = isSet(config.max_bytes) || isSet(config.max_msgs);
  return isSet(config.max_age) || config.allow_msg_ttl === true || (isLimited && config.discard !== 'new');
}

function isSet(limit: number | undefined): boolean {
  return limit !== undefined && limit > 0;
}
