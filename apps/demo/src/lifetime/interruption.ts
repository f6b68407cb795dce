import { constants } from 'node:os';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Turns the signals that end a program into an `AbortSignal`, so that it can end in order. */
export class Interruption {
  readonly #controller = new AbortController();
  #exitCode: number | undefined;

  private constructor() {}

  /**
   * From now on the signals no longer end this process, nor does an output without a reader. A second SIGINT
   * ends it at once, for impatient users; the others come twice when a terminal is closed.
   */
  static listen(): Interruption {
    const interruption = new Interruption();
    for (const signal of signals) {
      process.on(signal, () => {
        if (signal === 'SIGINT' && interruption.#exitCode !== undefined) process.exit(interruption.#exitCode);
        interruption.#interrupt(signal);
      });
    }
    // Node.js ignores SIGPIPE; all that remains is that writes fail once the reader is gone.
    process.stdout.on('error', () => interruption.#interrupt('SIGPIPE'));
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

  #interrupt(signal: NodeJS.Signals): void {
    this.#exitCode ??= 128 + constants.signals[signal];
    this.#controller.abort(new Error(`interrupted by ${signal}`));
  }
}
