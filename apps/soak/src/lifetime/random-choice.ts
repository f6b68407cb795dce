/** Numbers from 0 up to 1. */
export type Random = () => number;

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
