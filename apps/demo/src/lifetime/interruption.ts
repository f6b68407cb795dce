import { constants } from 'node:os';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Turns the signals that end a program into an `AbortSignal`, so that it can end in order. */
export class Interruption {
  readonly #controller = new AbortController();
  #exitCode: number | undefined;

  private constructor() {}

  /** From now on the signals no longer end this process; a second one ends it at once. */
  static listen(): Interruption {
    const interruption = new Interruption();
    for (const signal of signals) process.on(signal, () => interruption.#interrupt(signal));
    return interruption;
  }

  /** Fires at the first signal. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** What a shell expects of a program that a signal ended; `undefined`: none came. */
  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  #interrupt(signal: (typeof signals)[number]): void {
    if (this.#exitCode !== undefined) process.exit(this.#exitCode);
    this.#exitCode = 128 + constants.signals[signal];
    this.#controller.abort(new Error(`interrupted by ${signal}`));
  }
}
