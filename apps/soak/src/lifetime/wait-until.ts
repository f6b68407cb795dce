import { sleep, systemClock } from '@slipstream/core';
import { Violation } from '../oracle/violation.js';

/** How long to wait, and for what. */
export interface WaitOptions {
  /** What is waited for, for the message: "node-1 to catch up". */
  readonly what: () => string;
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

const POLL_MS = 50;

/**
 * Asks until `condition` answers with something else than `undefined`; resolves to that.
 * @throws {Violation} when the deadline passes
 */
export async function waitUntil<T>(
  condition: () => Promise<T | undefined>,
  { what, deadlineMs, signal }: WaitOptions,
): Promise<T> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const answer = await condition();
    if (answer !== undefined) return answer;
    if (performance.now() >= deadline) {
      throw new Violation(`timed out after ${deadlineMs / 1000} s waiting for ${what()}`);
    }
    await sleep(systemClock, POLL_MS, signal);
  }
}
