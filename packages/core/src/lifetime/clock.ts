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

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
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
