/**
 * `for await` without retaining the last value while waiting for the next: at the head of a log that could be thousands
 * of updates.
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
    // The first error is the reason; a failure to end the iteration is not.
    await iterator.return?.().catch(() => undefined);
    throw error;
  }
}
