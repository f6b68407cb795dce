/** The middle one, or the mean of the two in the middle. @throws {RangeError} of nothing */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('nothing has no median');
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(half) - 1], sorted[Math.floor(half)]];
  return ((low as number) + (high as number)) / 2;
}

/** The value that a share `p` of the values is at or below (nearest rank). @throws {RangeError} of nothing */
export function percentile(values: readonly number[], p: number): number {
  if (values.length === 0) throw new RangeError('nothing has no percentile');
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] as number;
}

/** From the least to the greatest, as a share of the median; 0 for a single one. */
export function spread(values: readonly number[]): number {
  const middle = median(values);
  return middle === 0 ? 0 : (Math.max(...values) - Math.min(...values)) / middle;
}
