/** One of the elements. @throws {RangeError} when there is none. */
export function pick<T>(random: () => number, from: readonly T[]): T {
  const element = from[Math.floor(random() * from.length)];
  if (element === undefined) throw new RangeError('nothing to pick from');
  return element;
}
