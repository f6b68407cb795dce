import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { NodeCommand, NodeReport, NodeSettings } from '../node/node-settings.js';

/** How long a process may take to serve, and to end in order. */
const DEADLINE_MS = 30_000;
const STDERR_TAIL = 4_000;

/** One life of a node: its process, from the start to the end. */
export class NodeProcess {
  readonly #child: ChildProcess;
  /** Resolves when the process is gone. */
  readonly gone: Promise<unknown>;
  #port = 0;
  #errors = '';
  #wasEnded = false;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.gone = new Promise((resolve) => child.once('close', resolve));
    // Such as a message to a process that has just died: it is gone, and that is all there is to know.
    child.on('error', (error) => {
      this.#errors += error.message;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-STDERR_TAIL);
    });
  }

  /**
   * Starts a process, and resolves when it serves lookups.
   * @throws {Error} with what it wrote to its standard error, when it ends before
   */
  static async start(program: URL, settings: NodeSettings): Promise<NodeProcess> {
    const child = fork(program, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    const node = new NodeProcess(child);
    try {
      const command: NodeCommand = { type: 'start', settings };
      child.send(command);
      await Promise.race([node.#serving(), node.gone]);
      if (node.#port === 0) throw new Error(`${settings.name} did not start:\n${node.#errors}`);
      return node;
    } catch (error) {
      await node.kill();
      throw error;
    }
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** The end of what it wrote to its standard error. */
  get errors(): string {
    return this.#errors;
  }

  /** Whether it ended, or was asked to. */
  get isOver(): boolean {
    return this.#wasEnded || this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Ends it with SIGKILL: at once, wherever it is; resolves when it is gone. */
  async kill(): Promise<void> {
    this.#wasEnded = true;
    this.#child.kill('SIGKILL');
    await this.gone;
  }

  /** Lets it close its fold and end; resolves when it is gone. */
  async stop(): Promise<void> {
    if (this.isOver) return void (await this.gone);
    this.#wasEnded = true;
    const command: NodeCommand = { type: 'stop' };
    this.#child.send(command, () => undefined);
    const overdue = setTimeout(() => this.#child.kill('SIGKILL'), DEADLINE_MS);
    await this.gone;
    clearTimeout(overdue);
  }

  async #serving(): Promise<void> {
    const signal = AbortSignal.timeout(DEADLINE_MS);
    const [report] = (await once(this.#child, 'message', { signal })) as [NodeReport];
    this.#port = report.port;
  }
}
