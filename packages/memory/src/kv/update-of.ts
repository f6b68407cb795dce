import type { KvUpdate } from '@slipstream/core';
import type { LogMessage } from '../log/log-message.js';

/** What a receiver gets of a message, with bytes of its own. */
export function updateOf({ kind, key, value, version }: LogMessage): KvUpdate {
  return { kind, key, value: new Uint8Array(value), version };
}
