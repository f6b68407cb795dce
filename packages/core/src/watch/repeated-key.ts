import type { KvUpdate } from '../kv/kv-entry.js';

/** Characters at the end of a key that are mixed: neighbouring keys differ there. */
const MIXED_CHARACTERS = 8;

/** Slots that are looked at for one key. Keys that only differ before their ends take more, and are left to a set. */
const LONGEST_SEARCH = 32;

/**
 * Whether a key comes more than once. Every batch is asked, and nearly every one has none: that is found out for
 * half of what a `Set` costs, which hashes every character and grows as it fills.
 */
export function hasRepeatedKey(updates: readonly KvUpdate[]): boolean {
  // Positions from 1, by a weak hash; at most half of it is used.
  const slots = new Int32Array(2 ** (33 - Math.clz32(updates.length)));
  const mask = slots.length - 1;
  for (let position = 0; position < updates.length; position++) {
    const { key } = updates[position] as KvUpdate;
    let at = weakHash(key) & mask;
    let steps = 0;
    for (; slots[at] !== 0; at = (at + 1) & mask) {
      if ((updates[(slots[at] as number) - 1] as KvUpdate).key === key) return true;
      steps += 1;
      if (steps === LONGEST_SEARCH) return new Set(updates.map((update) => update.key)).size < updates.length;
    }
    slots[at] = position + 1;
  }
  return false;
}

function weakHash(key: string): number {
  const { length } = key;
  let hash = length;
  for (let at = Math.max(0, length - MIXED_CHARACTERS); at < length; at++) {
    hash = Math.imul(hash ^ key.charCodeAt(at), 0x9e37_79b1);
  }
  return hash ^ (hash >>> 15);
}
