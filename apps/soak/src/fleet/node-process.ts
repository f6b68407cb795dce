import { type ChildProcess, fork } from 'node:child_process';
import type { CallName, NodeCalls, NodeMessage, NodeSettings, OpenedFold } from '../node/node-protocol.js';

/** What a node says without being asked. */
export type NodeEvent = Exclude<NodeMessage, { readonly type: 'answer' | 'error' }>;

interface PendingCall {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

const START_DEADLINE_MS = 120_000;
const STDERR_TAIL = 4_000;

/** One life of a node: its process, from the start to the end. */
export class NodeProcess {
  /** Resolves when the process is gone. */
  readonly gone: Promise<void>;
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #calls = new Map<number, PendingCall>();
  #lastCall = 0;
  #errors = '';
  #wasEnded = false;

  private constructor(child: ChildProcess, name: string, onEvent: (event: NodeEvent) => void) {
    this.#child = child;
    this.#name = name;
    this.gone = new Promise((resolve) =>
      child.once('close', () => {
        for (const call of this.#calls.values()) call.reject(new Error(`${name} is gone. ${this.#errors}`));
        this.#calls.clear();
        resolve();
      }),
    );
    // Such as a message to a process that has just died: it is gone, and that is all there is to know.
    child.on('error', () => undefined);
    child.on('message', (message: NodeMessage) => this.#hear(message, onEvent));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-STDERR_TAIL);
    });
  }

  /** Starts a process, and resolves to it and what its fold held when it was opened. */
  static async start(
    program: URL,
    settings: NodeSettings,
    onEvent: (event: NodeEvent) => void,
  ): Promise<{ readonly process: NodeProcess; readonly opened: OpenedFold }> {
    const child = fork(program, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    const started = new NodeProcess(child, settings.name, onEvent);
    try {
      return { process: started, opened: await started.call('start', settings, START_DEADLINE_MS) };
    } catch (error) {
      await started.kill();
      throw error;
    }
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Whether it ended, or was asked to. */
  get isOver(): boolean {
    return this.#wasEnded || this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Whether it was the soak that ended it. */
  get wasEnded(): boolean {
    return this.#wasEnded;
  }

  /** The end of what it wrote to its standard error. */
  get errors(): string {
    return this.#errors;
  }

  /** Asks something. @throws {Error} what the node threw; that it is gone, or does not answer in time */
  call<Name extends CallName>(
    call: Name,
    ask: NodeCalls[Name]['ask'],
    deadlineMs: number,
  ): Promise<NodeCalls[Name]['answer']> {
    const id = ++this.#lastCall;
    return new Promise((resolve, reject) => {
      const overdue = setTimeout(() => {
        this.#calls.delete(id);
        reject(
          new Error(`${this.#name} did not answer "${call}" in ${deadlineMs / 1000} s. ${this.#errors}`),
        );
      }, deadlineMs);
      this.#calls.set(id, {
        resolve: (answer) => {
          clearTimeout(overdue);
          resolve(answer as NodeCalls[Name]['answer']);
        },
        reject: (error) => {
          clearTimeout(overdue);
          reject(error);
        },
      });
      this.#child.send({ id, call, ask }, (error) => {
        if (error === null) return;
        // It has died: nothing else would tell a call that was made after its end.
        this.#calls.get(id)?.reject(new Error(`${this.#name} cannot be asked "${call}"`, { cause: error }));
        this.#calls.delete(id);
      });
    });
  }

  /** Ends it with SIGKILL: at once, wherever it is; resolves when it is gone. */
  async kill(): Promise<void> {
    this.#wasEnded = true;
    this.#child.kill('SIGKILL');
    await this.gone;
  }

  #hear(message: NodeMessage, onEvent: (event: NodeEvent) => void): void {
    if (message.type !== 'answer' && message.type !== 'error') {
      onEvent(message);
      return;
    }
    const call = this.#calls.get(message.id);
    this.#calls.delete(message.id);
    if (message.type === 'answer') call?.resolve(message.answer);
    else call?.reject(new Error(`${this.#name}: ${message.error}`));
  }
}
