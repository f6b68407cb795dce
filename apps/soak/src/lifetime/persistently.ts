import { waitUntil } from './wait-until.js';

/** Longer than any outage of the server. */
const DEADLINE_MS = 60_000;

/**
 * Asks the server until it answers: it may just have come back, and the oracle's own connection not yet.
 * @throws {Violation} when it does not in a minute
 */
export async function persistently<T>(
  request: () => Promise<T>,
  what: string,
  signal: AbortSignal,
): Promise<T> {
  let reason: unknown;
  const attempt = async (): Promise<{ readonly answer: T } | undefined> => {
    try {
      return { answer: await request() };
    } catch (error) {
      reason = error;
      return undefined;
    }
  };
  const options = { what: (): string => `${what}: ${reason}`, deadlineMs: DEADLINE_MS, signal };
  return (await waitUntil(attempt, options)).answer;
}
