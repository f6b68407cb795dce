import { fillWithSeededWords } from './seeded-words.js';

/** Bytes of a key. */
export const KEY_BYTES = 60;
/** Bytes of a value. */
export const VALUE_BYTES = 200;
/** Keys that share the prefix {@link groupPrefix}. */
export const GROUP_SIZE = 1_000;

/** The prefix of the keys `group * GROUP_SIZE` and the next ones. */
export function groupPrefix(group: number): string {
  return `services.tenant-${String(group).padStart(7, '0')}.`;
}

/** The key at a place in key order: as long, and as alike, as those of services are. */
export function benchKey(place: number): string {
  const group = Math.floor(place / GROUP_SIZE);
  const route = String(place % GROUP_SIZE).padStart(4, '0');
  return `${groupPrefix(group)}edge-gateway.route-${route}.upstreams`.padEnd(KEY_BYTES, '-');
}

/** A value that cannot be compressed; `round` tells the values of one key apart. */
export function benchValue(place: number, round = 0): Uint8Array {
  const value = new Uint8Array(VALUE_BYTES);
  fillWithSeededWords(new Uint32Array(value.buffer), place + round * 0x1000_0000);
  return value;
}

/** The places of `entries` keys in the order in which they are written: shuffled, and always the same. */
export function shuffledPlaces(entries: number): Uint32Array {
  const places = Uint32Array.from({ length: entries }, (_, place) => place);
  const random = new Uint32Array(entries);
  fillWithSeededWords(random, entries);
  for (let last = entries - 1; last > 0; last--) {
    const other = (random[last] ?? 0) % (last + 1);
    const kept = places[last] ?? 0;
    places[last] = places[other] ?? 0;
    places[other] = kept;
  }
  return places;
}
