import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { dirname } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { FoldProcess } from '../snapshot-store/snapshot-store-harness.js';
import { eventually } from '../suite/eventually.js';

/** What the child is to do, as it reads it from its arguments. */
export interface FoldChildTask {
  /** The harness's module, as a URL. */
  readonly module: string;
  readonly path: string;
  readonly seed: number;
  /** `commit`: commits of the log of `seed`, without end; `hold`: nothing. */
  readonly mode: 'commit' | 'hold';
}

// Imported by name, so that it is found from wherever the harness's module is, built or in source.
const PROGRAM = "await import('@slipstream/test-kit/crash-child')";
const START_DEADLINE_MS = 30_000;

/** A process that has a fold open, to be killed. Disposing kills it. */
export class FoldChild implements AsyncDisposable {
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>;
  #said = '';
  #complaints = '';
  #ended = false;

  private constructor(process: ChildProcessByStdio<Writable, Readable, Readable>) {
    this.#process = process;
    process.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#said += text;
    });
    process.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#complaints += text;
    });
    // 'close' follows the last output, 'exit' may precede it.
    process.once('close', () => {
      this.#ended = true;
    });
    process.once('error', (error) => {
      this.#complaints += String(error);
      this.#ended = true;
    });
  }

  /** Starts the process; {@link opened} says when it has the fold. */
  static start(
    { module, nodeArguments = [] }: Pick<FoldProcess<never>, 'module' | 'nodeArguments'>,
    task: Omit<FoldChildTask, 'module'>,
  ): FoldChild {
    const argument = JSON.stringify({ module: module.href, ...task } satisfies FoldChildTask);
    const child = spawn(
      process.execPath,
      [...nodeArguments, '--input-type=module', '-e', PROGRAM, argument],
      {
        cwd: dirname(fileURLToPath(module)),
        stdio: ['pipe', 'pipe', 'pipe'],
      },
    );
    return new FoldChild(child);
  }

  /** Resolves when the fold is open. @throws {Error} with what the process said when it cannot. */
  async opened(): Promise<void> {
    await this.#until(() => this.#said.includes('opened\n'), 'the other process to open the fold');
  }

  /** Resolves when `count` commits in all have been reported. */
  async hasCommitted(count: number): Promise<void> {
    await this.#until(() => this.committed >= count, `the other process to make commit ${count}`);
  }

  /** The last commit reported; 0: none. */
  get committed(): number {
    return Number(/committed (\d+)\n(?!.*committed \d+\n)/s.exec(this.#said.slice(-200))?.[1] ?? 0);
  }

  /** The code that the process failed with. */
  get failure(): string | undefined {
    return /failed (\w+)/.exec(this.#said)?.[1];
  }

  /** Resolves when the process has ended by itself. */
  async ended(): Promise<void> {
    await eventually(() => this.#ended, { what: 'the other process to end', deadlineMs: START_DEADLINE_MS });
  }

  /** Kills it, as at the pull of a plug for the process, and waits until it is gone. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.ended();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }

  async #until(condition: () => boolean, what: string): Promise<void> {
    await eventually(
      () => {
        if (condition()) return true;
        if (this.#ended)
          throw new Error(`waiting for ${what}, but it ended: ${this.#said}${this.#complaints}`);
        return undefined;
      },
      { what, deadlineMs: START_DEADLINE_MS },
    );
  }
}
