import { SlipstreamError } from '../errors/slipstream-error.js';
import { backoffDelayMs, type ResolvedBackoffOptions } from './backoff.js';
import { type Cancel, type Clock, sleep } from './clock.js';

/** What a {@link RunningState} waits with. */
export interface RunningStateOptions {
  readonly clock: Clock;
  /** A number from 0 up to 1. */
  readonly random: () => number;
  readonly backoff: ResolvedBackoffOptions;
}

/** A piece of the loop's work that can be aborted by itself. */
export interface AbortScope {
  /** Fires when the loop is to stop, or on `abort`. */
  readonly signal: AbortSignal;
  readonly abort: (reason?: unknown) => void;
  /** Lets go of the loop's signal; to be called when the work has ended. */
  readonly release: () => void;
}

/**
 * Whether a long-running loop should go on, and how long it waits after a failure. The loop owns when, this
 * owns whether: it is stopped once, from outside or by an abort signal, and everything that waits under
 * {@link signal} ends with it.
 */
export class RunningState {
  readonly #options: RunningStateOptions;
  readonly #controller = new AbortController();
  #failures = 0;

  constructor(options: RunningStateOptions) {
    this.#options = options;
  }

  /** Fires when the loop is to stop. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get shouldRun(): boolean {
    return !this.signal.aborted;
  }

  /** Failures since the last {@link resetBackoff}. */
  get failures(): number {
    return this.#failures;
  }

  stop(reason?: unknown): void {
    this.#controller.abort(reason);
  }

  /** Stops with `signal`; returns the function that lets go of it. */
  stopOn(signal: AbortSignal): Cancel {
    const stop = (): void => this.stop(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    return () => signal.removeEventListener('abort', stop);
  }

  /** Begins a piece of work that ends with the loop at the latest. */
  openScope(): AbortScope {
    const controller = new AbortController();
    const abort = (reason?: unknown): void => controller.abort(reason);
    const onStop = (): void => abort(this.signal.reason);
    if (this.shouldRun) this.signal.addEventListener('abort', onStop, { once: true });
    else onStop();
    return {
      signal: controller.signal,
      abort,
      release: () => this.signal.removeEventListener('abort', onStop),
    };
  }

  /** Waits as long as the failures in a row call for; returns at once when stopped. */
  async backoff(): Promise<void> {
    this.#failures += 1;
    const delayMs = backoffDelayMs(this.#failures, this.#options.random(), this.#options.backoff);
    try {
      await sleep(this.#options.clock, delayMs, this.signal);
    } catch (error) {
      if (!SlipstreamError.is(error, 'ABORTED')) throw error;
    }
  }

  /** To be called on a sign of health, not on a mere connect: a peer that drops at once would make a hot loop. */
  resetBackoff(): void {
    this.#failures = 0;
  }
}
