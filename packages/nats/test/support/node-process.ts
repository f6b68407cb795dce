import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { eventually } from '@slipstream/test-kit';
import { startProgram } from '../../../../tooling/test/start-program.js';

/** What a node in a process of its own is to do. */
export interface FollowTask {
  readonly url: string;
  readonly bucket: string;
  /** The name of one of the durable folds. */
  readonly fold: string;
  readonly path: string;
  /** Once live, it fills the disk except for this many bytes; the third time that the fold refuses, it makes room. */
  readonly leaveFree?: number | undefined;
}

/** What such a node says. */
export type NodeReport =
  | { readonly type: 'opened'; readonly pid: number; readonly cursor: number }
  | { readonly type: 'live' }
  /** `apply` was called with these. */
  | { readonly type: 'applied'; readonly revisions: readonly number[] }
  /** The fold has committed. */
  | { readonly type: 'cursor'; readonly cursor: number }
  | { readonly type: 'refused'; readonly code: string }
  /** What the fold serves after it refused. */
  | { readonly type: 'read'; readonly cursor: number; readonly keys: readonly string[] }
  | { readonly type: 'failed'; readonly code: string | undefined };

const PROGRAM = new URL('../programs/follow.ts', import.meta.url);
const DEADLINE_MS = 30_000;

/** A node in a process of its own. Disposing kills it, and what was started with it. */
export class NodeProcess implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #reports: NodeReport[] = [];
  readonly #closed: Promise<unknown>;
  #complaints = '';
  #isClosed = false;

  private constructor(process: ChildProcess) {
    this.#process = process;
    this.#closed = once(process, 'close').then(() => {
      this.#isClosed = true;
    });
    process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#complaints += text;
    });
    createInterface({ input: process.stdout as Readable }).on('line', (line) => {
      this.#reports.push(JSON.parse(line) as NodeReport);
    });
  }

  /** @param shell - A script to run in place of the program, which is its `"$@"`. */
  static start(task: FollowTask, shell?: string): NodeProcess {
    const stdio = ['pipe', 'pipe', 'pipe'] as const;
    return new NodeProcess(
      startProgram(PROGRAM, [JSON.stringify(task)], { shell, stdio: [...stdio], detached: true }),
    );
  }

  /** What it has said of this kind. */
  said<T extends NodeReport['type']>(type: T): Extract<NodeReport, { type: T }>[] {
    return this.#reports.filter((report): report is Extract<NodeReport, { type: T }> => report.type === type);
  }

  /** Every revision that `apply` was called with, in order. */
  get applied(): number[] {
    return this.said('applied').flatMap(({ revisions }) => revisions);
  }

  /** The last cursor that it reported. */
  get cursor(): number {
    return this.said('cursor').at(-1)?.cursor ?? this.said('opened')[0]?.cursor ?? 0;
  }

  /** Waits until it has said what satisfies `condition`. */
  async until(condition: () => boolean, what: string): Promise<void> {
    await eventually(
      () => {
        if (condition()) return true;
        if (this.#isClosed) throw new Error(`the process ended before ${what}: ${this.#complaints}`);
        return undefined;
      },
      { what, deadlineMs: DEADLINE_MS },
    );
  }

  /** Stands still from now on, as a machine that sleeps does; {@link resume} ends it. */
  suspend(): void {
    this.#signal('SIGSTOP');
  }

  resume(): void {
    this.#signal('SIGCONT');
  }

  /** `kill -9`, at once; resolves when it and whatever ran it are gone. */
  async kill(): Promise<void> {
    this.#signal('SIGKILL');
    await this.#closed;
  }

  #signal(signal: NodeJS.Signals): void {
    const [opened] = this.said('opened');
    if (opened !== undefined && !this.#isClosed) process.kill(opened.pid, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isClosed && this.#process.pid !== undefined) process.kill(-this.#process.pid, 'SIGKILL');
    await this.#closed;
  }
}
