/** How long to wait, and for what. */
export interface EventuallyOptions {
  /** What is waited for, for the message: "the watch to see c". */
  readonly what: string;
  /** @defaultValue 10 000 */
  readonly deadlineMs?: number | undefined;
}

const POLL_MS = 5;
const DEFAULT_DEADLINE_MS = 10_000;

/**
 * Polls `condition` until it answers with something other than `false` or `undefined`;
 * resolves to that answer. What the condition throws ends the wait.
 * @throws {Error} naming what was waited for, and the last answer, when the deadline passes.
 */
export async function eventually<T>(
  condition: () => T | false | undefined | Promise<T | false | undefined>,
  { what, deadlineMs = DEFAULT_DEADLINE_MS }: EventuallyOptions,
): Promise<T> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const answer = await condition();
    if (answer !== false && answer !== undefined) return answer;
    if (performance.now() >= deadline)
      throw new Error(`timed out after ${deadlineMs} ms waiting for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
