import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../suite/eventually.js';
import { LogTail } from './log-tail.js';
import { natsConfiguration } from './nats-configuration.js';
import type { NatsServer, NatsServerOptions } from './nats-server.js';
import { ProcessGuard } from './process-guard.js';
import { isFrozen } from './process-state.js';
import { readGreeting } from './server-greeting.js';

const HOST = '127.0.0.1';
const STOP_DEADLINE_MS = 10_000;
const START_TIMEOUT_MS = 15_000;
/** Makes the server choose a free port, which it then logs. */
const ANY_PORT = -1;

/** A nats-server as a process of this machine. */
export class NativeNatsServer implements NatsServer {
  readonly isControllable = true;
  readonly #binary: string;
  readonly #options: NatsServerOptions;
  readonly #folder: string;
  readonly #guard: ProcessGuard;
  readonly #log = new LogTail();
  #process: ChildProcess | undefined;
  #port: number;
  #version = '';

  private constructor(binary: string, options: NatsServerOptions, folder: string) {
    this.#binary = binary;
    this.#options = options;
    this.#folder = folder;
    this.#guard = ProcessGuard.start(folder);
    this.#port = options.port ?? ANY_PORT;
  }

  /** Starts the program at `binary`. @throws {Error} with the end of its log when it does not come up. */
  static async start(binary: string, options: NatsServerOptions): Promise<NativeNatsServer> {
    const folder = await mkdtemp(join(tmpdir(), 'slipstream-nats-'));
    const server = new NativeNatsServer(binary, options, folder);
    try {
      await server.#start();
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
    return server;
  }

  get url(): string {
    return `nats://${HOST}:${this.#port}`;
  }

  get port(): number {
    return this.#port;
  }

  get version(): string {
    return this.#version;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  get logTail(): string {
    return this.#log.text;
  }

  async stop(): Promise<void> {
    // A frozen process does not see SIGTERM.
    this.#process?.kill('SIGCONT');
    await this.#end('SIGTERM');
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.#start();
  }

  async suspend(): Promise<void> {
    const child = this.#running('suspend');
    child.kill('SIGSTOP');
    await eventually(() => isFrozen(Number(child.pid)), { what: 'nats-server to freeze' });
  }

  async resume(): Promise<void> {
    this.#running('resume').kill('SIGCONT');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await rm(this.#folder, { recursive: true, force: true });
    this.#guard.release();
  }

  async #start(): Promise<void> {
    const { jetstream = true, config, startTimeoutMs = START_TIMEOUT_MS } = this.#options;
    const storeDirectory = this.#options.storeDirectory ?? join(this.#folder, 'store');
    await mkdir(storeDirectory, { recursive: true });
    const file = join(this.#folder, 'nats.conf');
    await writeFile(
      file,
      natsConfiguration({
        host: HOST,
        port: this.#port,
        storeDirectory: jetstream ? storeDirectory : undefined,
        config,
      }),
    );
    this.#spawn(file);
    try {
      await eventually(() => this.#answers(), { what: 'nats-server to answer', deadlineMs: startTimeoutMs });
    } catch (error) {
      await this.kill();
      throw new Error(`${this.#binary} did not start; the end of its log:\n${this.#log.text}`, {
        cause: error,
      });
    }
  }

  #spawn(file: string): void {
    this.#log.clear();
    // Detached: an interrupt from the terminal is for the tests; the server ends with them, by its guard.
    const child = spawn(this.#binary, ['-c', file], { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
    this.#process = child;
    child.unref();
    child.stderr?.setEncoding('utf8').on('data', (text: string) => this.#log.add(text));
    child.on('error', (error) => this.#log.add(`${error.message}\n`));
    child.once('close', () => {
      if (this.#process !== child) return;
      this.#process = undefined;
      this.#guard.watch(undefined);
    });
    this.#guard.watch(child.pid);
  }

  async #answers(): Promise<true | undefined> {
    if (this.#process === undefined) throw new Error('the process has ended');
    // Its own word for it: on a port that was asked for, another server may answer.
    if (!this.#log.text.includes('Server is ready')) return undefined;
    if (this.#port === ANY_PORT) {
      const [, port] = /Listening for client connections on 127\.0\.0\.1:(\d+)/.exec(this.#log.text) ?? [];
      if (port === undefined) return undefined;
      this.#port = Number(port);
    }
    const greeting = await readGreeting(HOST, this.#port).catch(() => undefined);
    if (greeting === undefined) return undefined;
    this.#version = greeting.version;
    return true;
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#process;
    if (child === undefined) return;
    const gone = (): true | undefined => (this.#process === child ? undefined : true);
    child.kill(signal);
    try {
      await eventually(gone, { what: 'nats-server to end', deadlineMs: STOP_DEADLINE_MS });
    } catch {
      child.kill('SIGKILL');
      await eventually(gone, { what: 'the killed nats-server to end' });
    }
  }

  #running(what: string): ChildProcess {
    if (this.#process === undefined) throw new Error(`cannot ${what} a nats-server that does not run`);
    return this.#process;
  }
}
