import { VersionToken } from '../cursor/version-token.js';
import type { KvUpdate } from '../kv/kv-entry.js';

const NO_BYTES = new Uint8Array(0);

/** Deletes that no log has: their version is unknown, so they move no cursor. */
export function syntheticDeletes(keys: readonly string[]): readonly KvUpdate[] {
  return keys.map((key) => ({ kind: 'delete', key, value: NO_BYTES, version: VersionToken.unknown }));
}
