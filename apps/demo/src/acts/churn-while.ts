import type { Stage } from '../stage.js';

/** Lets writers churn while something happens, and for no longer. */
export async function churnWhile<T>(
  { writers, changes, options }: Stage,
  happens: () => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const { ratePerSecond } = options;
  const churn = writers.write(changes.churn(), { ratePerSecond, until: over.signal });
  // It is awaited afterwards; a failure before that must not count as unhandled.
  churn.catch(() => undefined);
  try {
    return await happens();
  } finally {
    over.abort();
    await churn;
  }
}
