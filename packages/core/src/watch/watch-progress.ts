import { closedError, type SlipstreamError } from '../errors/slipstream-error.js';
import { notify } from './notify.js';
import type { ResolvedWatchOptions } from './watch-options.js';
import { type WatchState, type WatchStateName, watchEnded, watchTransitionAllowed } from './watch-state.js';

/** Where a watch stands, and whether it has ever been live. */
export class WatchProgress {
  readonly #options: Pick<ResolvedWatchOptions<unknown>, 'clock' | 'observer'>;
  readonly #ready = Promise.withResolvers<void>();
  #state: WatchState;
  #wasLive = false;

  constructor(options: Pick<ResolvedWatchOptions<unknown>, 'clock' | 'observer'>) {
    this.#options = options;
    this.#state = { name: 'restoring', since: options.clock.now(), cause: undefined };
    // It may go unobserved; a caller that awaits it still sees the rejection.
    this.#ready.promise.catch(() => undefined);
  }

  get state(): WatchState {
    return this.#state;
  }

  /** Resolves when the watch is live for the first time; rejects when it ends before. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  get wasLive(): boolean {
    return this.#wasLive;
  }

  becomeLive(): void {
    this.#wasLive = true;
    this.become('live');
    this.#ready.resolve();
  }

  /** Changes the state, unless the watch is in it already, or the transition is not allowed. */
  become(name: WatchStateName, cause?: SlipstreamError): void {
    const from = this.#state;
    if (from.name === name || !watchTransitionAllowed(from.name, name)) return;
    const { clock, observer } = this.#options;
    this.#state = { name, since: clock.now(), cause };
    notify(observer, { type: 'state-changed', from, to: this.#state });
  }

  end(name: 'stopped' | 'failed', error: SlipstreamError): void {
    this.become(name, name === 'failed' ? error : undefined);
    this.#ready.reject(error);
  }

  /** @throws what the watch ended with */
  assertRunning(): void {
    const { name, cause } = this.#state;
    if (watchEnded(name)) throw cause ?? closedError('the watch');
  }
}
