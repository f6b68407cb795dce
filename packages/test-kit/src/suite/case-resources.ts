import { type Resource, ResourceScope, systemClock, waitWithin } from '@slipstream/core';
import type { CaseRun, PropertySettings } from './conformance-case.js';

// One that does not close must not keep the others open: the next case would trip over them.
const CLOSE_DEADLINE_MS = 5_000;

/** What one run of one case owns, and how it is given back. */
export class CaseResources implements CaseRun {
  readonly seed: number;
  readonly #settings: PropertySettings;
  readonly #scope = new ResourceScope('a case that has ended');
  readonly #controller = new AbortController();

  constructor(settings: PropertySettings, seed: number) {
    this.#settings = settings;
    this.seed = seed;
  }

  runs(preferred: number): number {
    return this.#settings.runs ?? preferred;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  own<R extends AsyncDisposable>(resource: R): R {
    const dispose = (): Promise<void> =>
      waitWithin(closed(resource), {
        clock: systemClock,
        timeoutMs: CLOSE_DEADLINE_MS,
        what: 'closing what the case opened',
      });
    const member: Resource = { close: dispose, [Symbol.asyncDispose]: dispose };
    try {
      this.#scope.attach(member);
    } catch (error) {
      // The case is over, at its deadline: nothing else would close what its body still opens.
      dispose().catch(() => undefined);
      throw error;
    }
    return resource;
  }

  /** Closes every resource, even when some fail to close. */
  release(): Promise<void> {
    this.#controller.abort();
    return this.#scope.close();
  }
}

async function closed(resource: AsyncDisposable): Promise<void> {
  await resource[Symbol.asyncDispose]();
}
