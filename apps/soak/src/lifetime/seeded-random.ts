/** Numbers from 0 up to 1. */
export type Random = () => number;

/** Numbers that look random, and are the same for the same seed (mulberry32). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A whole number from `least` up to and with `most`. */
export function between(random: Random, least: number, most: number): number {
  return least + Math.floor(random() * (most - least + 1));
}

/** One of the elements. @throws {RangeError} when there is none. */
export function pick<T>(random: Random, from: readonly T[]): T {
  const element = from[Math.floor(random() * from.length)];
  if (element === undefined) throw new RangeError('nothing to pick from');
  return element;
}
