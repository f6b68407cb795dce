import { SlipstreamError } from '@slipstream/core';
import type { StreamInfo } from '../jetstream/jetstream-types.js';
import type { DeliveryGap } from './eviction-guard.js';

/** Something was lost in a gap of a delivery, or may have been. */
export function overrunError(bucket: string, { from }: DeliveryGap, { state }: StreamInfo): SlipstreamError {
  return new SlipstreamError(
    'CURSOR_EXPIRED',
    `bucket ${bucket}: its limits may have dropped updates after revision ${from} before they were delivered ` +
      `(it has ${state.first_seq} to ${state.last_seq})`,
    { hint: 'The watch was slower than the bucket drops its oldest entries: raise maxBytes or maxAge.' },
  );
}

/** Nothing could be found out about a gap, because of `error`. What no second look mends is told as it is. */
export function unprovedError(bucket: string, error: unknown): Error {
  if (error instanceof Error && !(SlipstreamError.is(error) && error.recovery === 'retry')) return error;
  return new SlipstreamError(
    'WATCH_FAILED',
    `bucket ${bucket}: the watch broke: it could not be proved that nothing is missing from a gap in delivery`,
    { cause: error },
  );
}
