import type { KvUpdate } from '../kv/kv-entry.js';

/** Characters of a key that are mixed. */
const MIXED_CHARACTERS = 8;

/** Keys that are looked at to find out where keys differ. */
const SAMPLED_KEYS = 16;

/**
 * The most slots that are probed for one key. Keys that do not differ at these places take more, and are left to a
 * set.
 */
const LONGEST_SEARCH = 32;

/**
 * Whether a key comes more than once. Every batch is asked, and nearly every one has none: that is found out for
 * a small part of what a `Set` costs, which hashes every character and grows as it fills.
 */
export function hasRepeatedKey(updates: readonly KvUpdate[]): boolean {
  // Positions from 1, by a weak hash; at most half of it is used.
  const slots = new Int32Array(2 ** (33 - Math.clz32(updates.length)));
  const mask = slots.length - 1;
  const places = differingPlaces(updates);
  for (let position = 0; position < updates.length; position++) {
    const { key } = updates[position] as KvUpdate;
    let at = weakHash(key, places) & mask;
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

/** The last places where keys differ, going by a sample: a place where all are equal is useless for a hash. */
function differingPlaces(updates: readonly KvUpdate[]): number[] {
  const step = Math.max(1, Math.floor(updates.length / SAMPLED_KEYS));
  const [first] = updates;
  const places: number[] = [];
  if (first === undefined) return places;
  for (let place = first.key.length - 1; place >= 0 && places.length < MIXED_CHARACTERS; place--) {
    const character = first.key.charCodeAt(place);
    for (let at = step; at < updates.length; at += step) {
      if ((updates[at] as KvUpdate).key.charCodeAt(place) === character) continue;
      places.push(place);
      break;
    }
  }
  return places;
}

function weakHash(key: string, places: readonly number[]): number {
  let hash = key.length;
  // Past the end of a key is NaN, which changes nothing here.
  for (const place of places) hash = Math.imul(hash ^ key.charCodeAt(place), 0x9e37_79b1);
  return hash ^ (hash >>> 15);
}
