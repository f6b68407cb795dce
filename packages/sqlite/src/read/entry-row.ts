import { damagedFoldError } from '@slipstream/artifact/fold-directory';
import type { KvEntry } from '@slipstream/core';
import { decodeVersion } from '../database/version-column.js';

/**
 * The entry in a row. Its bytes are the receiver's: the engine copied them out.
 * @throws `CORRUPTED` when a column has a type that the fold does not store.
 */
export function entryOf(key: unknown, version: unknown, value: unknown, location: string): KvEntry {
  const token = decodeVersion(version);
  if (typeof key !== 'string' || token === undefined || !(value instanceof Uint8Array)) {
    throw damagedFoldError(`${location}: the entry of key ${JSON.stringify(key)} is damaged`);
  }
  return { key, value: new Uint8Array(value.buffer, value.byteOffset, value.length), version: token };
}
