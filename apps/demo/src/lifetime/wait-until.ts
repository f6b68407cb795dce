import { SlipstreamError, sleep, systemClock } from '@slipstream/core';

/** How long to wait, and for what. */
export interface WaitOptions {
  /** What is waited for, for the message: "node-1 to catch up". */
  readonly what: string;
  /** How things are instead when the deadline passes, for the message: "it is stale". */
  readonly instead?: (() => string) | undefined;
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

const POLL_MS = 20;

/**
 * Asks until `condition` answers with something else than `undefined`; resolves to that.
 * @throws `TIMEOUT` when the deadline passes; `ABORTED`
 */
export async function waitUntil<T>(
  condition: () => T | undefined | Promise<T | undefined>,
  { what, instead, deadlineMs, signal }: WaitOptions,
): Promise<T> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const answer = await condition();
    if (answer !== undefined) return answer;
    if (performance.now() >= deadline) {
      const found = instead === undefined ? '' : `: ${instead()}`;
      throw new SlipstreamError(
        'TIMEOUT',
        `timed out after ${deadlineMs / 1000} s waiting for ${what}${found}`,
      );
    }
    await sleep(systemClock, POLL_MS, signal);
  }
}
