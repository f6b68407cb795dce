import { SlipstreamError } from '../errors/slipstream-error.js';
import type { KvUpdate } from '../kv/kv-entry.js';

/** The longest key of a fold, in bytes of UTF-8: far past any NATS subject. */
export const MAX_KEY_BYTES = 0xffff;

/** The longest value of a fold: the most that a NATS server can be configured to carry in one message. */
export const MAX_VALUE_BYTES: number = 64 * 1024 * 1024;

/**
 * Checks what is to be applied, before any of it is: the same for every engine, so that a fold that one holds
 * fits into any other.
 *
 * @throws `INVALID_KEY`, `LIMIT_EXCEEDED`; {@link TypeError} for what is not an update.
 */
export function assertUpdates(updates: readonly KvUpdate[], location: string): void {
  for (const { key, value } of updates) {
    if (typeof key !== 'string') throw new TypeError(`an update's key is a string, not ${typeof key}`);
    if (!(value instanceof Uint8Array)) throw new TypeError(`the value of key ${key} is not a Uint8Array`);
    if (key === '' || !key.isWellFormed()) {
      throw new SlipstreamError(
        'INVALID_KEY',
        `${location}: ${key === '' ? 'an empty key' : `key ${JSON.stringify(key)} with a lone surrogate`}`,
        { hint: 'Keys of a fold are non-empty, well-formed strings.' },
      );
    }
    if (value.length > MAX_VALUE_BYTES) {
      const what = `${location}: the value of key ${key} has ${value.length} bytes`;
      throw limitExceededError(what, 'value', MAX_VALUE_BYTES);
    }
    // A character has at most three bytes, so only long keys have to be encoded to know.
    if (key.length * 3 > MAX_KEY_BYTES && new TextEncoder().encode(key).length > MAX_KEY_BYTES) {
      throw limitExceededError(`${location}: key ${key.slice(0, 40)}… is too long`, 'key', MAX_KEY_BYTES);
    }
  }
}

function limitExceededError(what: string, part: string, limit: number): SlipstreamError {
  return new SlipstreamError('LIMIT_EXCEEDED', what, { hint: `A ${part} has at most ${limit} bytes.` });
}
