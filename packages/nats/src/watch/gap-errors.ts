import { SlipstreamError } from '@slipstream/core';
import type { StreamInfo } from '../jetstream/jetstream-types.js';
import type { DeliveryGap } from './eviction-guard.js';

/** Something was or may have been lost in a delivery gap. */
export function overrunError(bucket: string, { from }: DeliveryGap, { state }: StreamInfo): SlipstreamError {
  return new SlipstreamError(
    'CURSOR_EXPIRED',
    `bucket ${bucket}: its limits may have dropped updates after revision ${from} before they were delivered ` +
      `(it has ${state.first_seq} to ${state.last_seq})`,
    { hint: 'The watch was slower than the bucket dropped its oldest entries: raise maxBytes or maxAgeMs.' },
  );
}

/** A gap could not be verified because of `error`. An error that no retry resolves is passed on as it is. */
export function unprovedError(bucket: string, error: unknown): Error {
  if (error instanceof Error && !(SlipstreamError.is(error) && error.recovery === 'retry')) return error;
  return new SlipstreamError(
    'WATCH_FAILED',
    `bucket ${bucket}: the watch broke: could not verify that a delivery gap lost nothing`,
    { cause: error },
  );
}
