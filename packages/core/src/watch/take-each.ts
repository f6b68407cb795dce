/**
 * What `for await` does, without keeping what it was handed last: a loop that waits for the next value has the former
 * one in its variable, and at the head of a log that may be thousands of updates, for hours.
 */
export async function takeEach<T>(
  values: AsyncIterable<T>,
  take: (value: T) => Promise<void>,
): Promise<void> {
  const iterator = values[Symbol.asyncIterator]();
  while (await takeNext(iterator, take));
}

async function takeNext<T>(iterator: AsyncIterator<T>, take: (value: T) => Promise<void>): Promise<boolean> {
  const { done, value } = await iterator.next();
  if (done === true) return false;
  try {
    await take(value);
    return true;
  } catch (error) {
    // That it cannot end, either, is not why it ends.
    await iterator.return?.().catch(() => undefined);
    throw error;
  }
}
