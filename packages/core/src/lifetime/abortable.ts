import { abortedError, SlipstreamError } from '../errors/slipstream-error.js';
import type { Clock } from './clock.js';

/**
 * Waits for `promise`, but no longer than until `signal` fires: then it rejects with `ABORTED`. The work
 * behind `promise` goes on; `discard` receives its result when it comes too late, to release it.
 */
export function waitOrAbort<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
  what: string,
  discard?: (late: T) => void,
): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => {
      reject(abortedError(signal, what));
      promise.then(discard, () => undefined);
    };
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    const settled = (): void => signal.removeEventListener('abort', onAbort);
    promise.then(
      (value) => {
        settled();
        resolve(value);
      },
      (error: unknown) => {
        settled();
        reject(error);
      },
    );
  });
}

/** A signal that fires after a time or with another signal; `cleanup` must be called when the work is done. */
interface Deadline {
  readonly signal: AbortSignal;
  /** Whether it was the time that ran out. */
  readonly expired: boolean;
  cleanup(): void;
}

/** Starts a deadline of `timeoutMs`; it also fires when `signal` does. */
function startDeadline(clock: Clock, timeoutMs: number, what: string, signal?: AbortSignal): Deadline {
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

/** Waits for `promise` at most `timeoutMs`. @throws `TIMEOUT`, or `ABORTED` when `signal` fires first. */
export async function waitWithin<T>(
  promise: Promise<T>,
  clock: Clock,
  timeoutMs: number,
  what: string,
  signal?: AbortSignal,
): Promise<T> {
  const deadline = startDeadline(clock, timeoutMs, what, signal);
  try {
    return await waitOrAbort(promise, deadline.signal, what);
  } catch (error) {
    throw deadline.expired && SlipstreamError.is(error, 'ABORTED') ? deadline.signal.reason : error;
  } finally {
    deadline.cleanup();
  }
}
