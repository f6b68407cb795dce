import { abortedError } from '../errors/slipstream-error.js';

/** Cancels what it was returned for; calling it again, or too late, does nothing. */
export type Cancel = () => void;

/** Time, injected wherever something waits, so that tests move it by hand. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `callback` once, `delayMs` from now, never synchronously. */
  after(delayMs: number, callback: () => void): Cancel;
}

// Timers of the platforms hold 31 bits, and fire at once when asked for more.
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, callback) {
    const due = Date.now() + delayMs;
    let timer: ReturnType<typeof setTimeout>;
    const wait = (): void => {
      const remainingMs = due - Date.now();
      timer =
        remainingMs > LONGEST_TIMER_MS
          ? setTimeout(wait, LONGEST_TIMER_MS)
          : setTimeout(callback, Math.max(0, remainingMs));
    };
    wait();
    return () => clearTimeout(timer);
  },
};

/** Resolves `delayMs` from now; rejects with `ABORTED` as soon as `signal` fires. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(abortedError(signal, 'a sleep'));
    const onAbort = (): void => {
      cancel();
      if (signal !== undefined) reject(abortedError(signal, 'a sleep'));
    };
    const cancel = clock.after(delayMs, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
