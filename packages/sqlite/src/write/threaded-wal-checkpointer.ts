import { Worker } from 'node:worker_threads';
import type { WalCheckpointer } from './wal-checkpointer.js';
import { WAL_CHECKPOINTER_PROGRAM } from './wal-checkpointer-program.js';

/** What a {@link ThreadedWalCheckpointer} works with. */
export interface ThreadedWalCheckpointerParts {
  /** The database. */
  readonly file: string;
  /** The path of the module better-sqlite3. */
  readonly engineModule: string;
  /** As statements. */
  readonly pragmas: readonly string[];
  /** Checkpoints the log when the thread does not start or ends. */
  readonly fallback: WalCheckpointer;
}

/**
 * Checkpoints the log in a thread of its own, since that flushes two files and takes a hundred milliseconds and
 * more. The thread is started by the first checkpoint: a fold that is seldom written has none.
 */
export class ThreadedWalCheckpointer implements WalCheckpointer {
  readonly #parts: ThreadedWalCheckpointerParts;
  #worker: Worker | undefined;
  #onAnswer: () => void = () => undefined;

  constructor(parts: ThreadedWalCheckpointerParts) {
    this.#parts = parts;
  }

  async checkpoint(): Promise<void> {
    this.#worker ??= this.#start();
    await this.#ask(this.#worker, true);
    if (this.#worker === undefined) await this.#parts.fallback.checkpoint();
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
    const worker = new Worker(WAL_CHECKPOINTER_PROGRAM, {
      eval: true,
      execArgv: [],
      workerData: { engineModule, file, pragmas },
    });
    worker.on('message', () => this.#onAnswer());
    worker.on('exit', () => {
      this.#worker = undefined;
      this.#onAnswer();
    });
    // It ends the thread. The next checkpoint starts another.
    worker.on('error', () => undefined);
    return worker;
  }
}
