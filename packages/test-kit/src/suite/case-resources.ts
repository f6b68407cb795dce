import { type Resource, ResourceScope } from '@slipstream/core';
import type { CaseRun, PropertySettings } from './conformance-case.js';

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
    const dispose = async (): Promise<void> => resource[Symbol.asyncDispose]();
    const member: Resource = { close: dispose, [Symbol.asyncDispose]: dispose };
    this.#scope.attach(member);
    return resource;
  }

  /** Closes everything, every one of them however many fail. */
  release(): Promise<void> {
    this.#controller.abort();
    return this.#scope.close();
  }
}
