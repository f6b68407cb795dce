import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { LOG_MOVER_PROGRAM } from './log-mover-program.js';

/** What moves the write-ahead log into the database, as far as nobody reads an older state. */
export interface LogMover {
  /** Settles when it is done, or could not be: then the log stays as it is. */
  move(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Moves the log in a thread of its own, since that flushes two files and takes a hundred milliseconds and
 * more. The thread is started by the first move: a fold that is seldom written has none.
 */
export class ThreadedLogMover implements LogMover {
  readonly #file: string;
  readonly #pragmas: readonly string[];
  #worker: Worker | undefined;
  #onAnswer: () => void = () => undefined;

  constructor(file: string, pragmas: readonly string[]) {
    this.#file = file;
    this.#pragmas = pragmas;
  }

  async move(): Promise<void> {
    this.#worker ??= this.#start();
    await this.#ask(this.#worker, true);
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
    const worker = new Worker(LOG_MOVER_PROGRAM, {
      eval: true,
      execArgv: [],
      workerData: {
        engine: createRequire(import.meta.url).resolve('better-sqlite3'),
        file: this.#file,
        pragmas: this.#pragmas,
      },
    });
    worker.on('message', () => this.#onAnswer());
    worker.on('exit', () => {
      this.#worker = undefined;
      this.#onAnswer();
    });
    // It ends the thread, and with it the move: the next one starts another.
    worker.on('error', () => undefined);
    return worker;
  }
}
