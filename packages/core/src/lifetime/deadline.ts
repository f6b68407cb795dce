import { SlipstreamError } from '../errors/slipstream-error.js';
import type { Clock } from './clock.js';
import { waitOrAbort } from './wait-or-abort.js';

/** How long {@link waitWithin} waits, and for what. */
export interface WaitLimit {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** What is waited for, for messages. */
  readonly what: string;
  readonly signal?: AbortSignal | undefined;
}

/** Waits for `promise` at most `timeoutMs`. @throws `TIMEOUT`, or `ABORTED` when `signal` fires first. */
export async function waitWithin<T>(promise: Promise<T>, limit: WaitLimit): Promise<T> {
  const deadline = startDeadline(limit);
  try {
    return await waitOrAbort(promise, deadline.signal, limit.what);
  } catch (error) {
    throw deadline.expired && SlipstreamError.is(error, 'ABORTED') ? deadline.signal.reason : error;
  } finally {
    deadline.cleanup();
  }
}

/** A signal that fires after a time or with another signal; `cleanup` must be called when the work is done. */
interface Deadline {
  readonly signal: AbortSignal;
  /** Whether it was the time that ran out. */
  readonly expired: boolean;
  cleanup(): void;
}

function startDeadline({ clock, timeoutMs, what, signal }: WaitLimit): Deadline {
  const controller = new AbortController();
  let expired = false;
  const onAbort = (): void => controller.abort(signal?.reason);
  const cancel = clock.after(timeoutMs, () => {
    expired = true;
    controller.abort(new SlipstreamError('TIMEOUT', `${what} took longer than ${timeoutMs} ms`));
  });
  if (signal?.aborted) onAbort();
  else signal?.addEventListener('abort', onAbort, { once: true });
  return {
    signal: controller.signal,
    get expired() {
      return expired;
    },
    cleanup() {
      cancel();
      signal?.removeEventListener('abort', onAbort);
    },
  };
}
