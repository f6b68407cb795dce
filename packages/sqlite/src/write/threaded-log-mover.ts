import { Worker } from 'node:worker_threads';
import type { LogMover } from './log-mover.js';
import { LOG_MOVER_PROGRAM } from './log-mover-program.js';

/** What a {@link ThreadedLogMover} works with. */
export interface ThreadedLogMoverParts {
  /** The database. */
  readonly file: string;
  /** The path of the module better-sqlite3. */
  readonly engineModule: string;
  /** As statements. */
  readonly pragmas: readonly string[];
  /** Moves the log when the thread does not start or ends. */
  readonly fallback: LogMover;
}

/**
 * Moves the log in a thread of its own, since that flushes two files and takes a hundred milliseconds and
 * more. The thread is started by the first move: a fold that is seldom written has none.
 */
export class ThreadedLogMover implements LogMover {
  readonly #parts: ThreadedLogMoverParts;
  #worker: Worker | undefined;
  #onAnswer: () => void = () => undefined;

  constructor(parts: ThreadedLogMoverParts) {
    this.#parts = parts;
  }

  async move(): Promise<void> {
    this.#worker ??= this.#start();
    await this.#ask(this.#worker, true);
    if (this.#worker === undefined) await this.#parts.fallback.move();
  }

  async close(): Promise<void> {
    if (this.#worker !== undefined) await this.#ask(this.#worker, false);
  }

  /** The answer is a message, or the end of the thread. */
  async #ask(worker: Worker, question: boolean): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onAnswer = resolve;
    worker.ref();
    worker.postMessage(question);
    await promise;
    // A program that forgets to close its fold may end all the same.
    worker.unref();
  }

  #start(): Worker {
    const { engineModule, file, pragmas } = this.#parts;
    const worker = new Worker(LOG_MOVER_PROGRAM, {
      eval: true,
      execArgv: [],
      workerData: { engineModule, file, pragmas },
    });
    worker.on('message', () => this.#onAnswer());
    worker.on('exit', () => {
      this.#worker = undefined;
      this.#onAnswer();
    });
    // It ends the thread. The next move starts another.
    worker.on('error', () => undefined);
    return worker;
  }
}
