import { VersionToken } from '../cursor/version-token.js';
import type { KvUpdate } from './kv-entry.js';

const NO_BYTES = new Uint8Array(0);

/** A delete that no log has: its version is unknown, so it moves no cursor. */
export function syntheticDelete(key: string): KvUpdate {
  return { kind: 'delete', key, value: NO_BYTES, version: VersionToken.unknown };
}
