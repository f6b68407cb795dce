import { type KvUpdate, SlipstreamError } from '@slipstream/core';

/** The longest key, in bytes of UTF-8: far past any NATS subject, and what a log fold takes. */
const MAX_KEY_BYTES = 0xffff;

/** The longest value: the most that a NATS server can be configured to carry in one message. */
const MAX_VALUE_BYTES = 64 * 1024 * 1024;

/** @throws `LIMIT_EXCEEDED` when one of the updates is too long. */
export function assertWithinLimits(updates: readonly KvUpdate[], location: string): void {
  for (const { key, value } of updates) {
    if (value.length > MAX_VALUE_BYTES) {
      throw limitError(
        `${location}: the value of key ${key} has ${value.length} bytes`,
        'value',
        MAX_VALUE_BYTES,
      );
    }
    // Only a key of more than a third of the limit in characters can be over it in bytes.
    if (key.length * 3 > MAX_KEY_BYTES && Buffer.byteLength(key) > MAX_KEY_BYTES) {
      throw limitError(`${location}: key ${key.slice(0, 40)}… is too long`, 'key', MAX_KEY_BYTES);
    }
  }
}

function limitError(what: string, part: string, limit: number): SlipstreamError {
  return new SlipstreamError('LIMIT_EXCEEDED', what, { hint: `A ${part} has at most ${limit} bytes.` });
}
