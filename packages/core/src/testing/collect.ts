/** Everything that `items` yields, in order; at most `limit` of them, leaving the iteration then. */
export async function collect<T>(
  items: AsyncIterable<T> | Iterable<T>,
  limit: number = Number.POSITIVE_INFINITY,
): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) {
    collected.push(item);
    if (collected.length >= limit) break;
  }
  return collected;
}
