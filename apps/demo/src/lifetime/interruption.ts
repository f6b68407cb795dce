import { constants } from 'node:os';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Turns the signals that end a program into an `AbortSignal`, so that it can end in order. */
export class Interruption {
  readonly #controller = new AbortController();
  #exitCode: number | undefined;

  private constructor() {}

  /**
   * From now on the signals no longer end this process, nor does an output that nobody reads. A second SIGINT
   * ends it at once, since somebody lost patience; the others come twice when a terminal is closed.
   */
  static listen(): Interruption {
    const interruption = new Interruption();
    for (const signal of signals) {
      process.on(signal, () => {
        if (signal === 'SIGINT' && interruption.#exitCode !== undefined) process.exit(interruption.#exitCode);
        interruption.#interrupt(signal);
      });
    }
    // Node.js ignores SIGPIPE; what is left of it is that writing fails once nobody reads any more.
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
