import type { LookupAnswer } from '../ledger/lookup-audit.js';
import type { TableDigest } from '../ledger/table-digest.js';
import type { ExportReport } from '../node/export-fold.js';
import type { NodeHealth } from '../node/node-health.js';
import type { NodeSettings } from '../node/node-settings.js';
import { NodeProcess } from './node-process.js';

/** A request to a node that takes longer has failed. */
const REQUEST_TIMEOUT_MS = 5_000;
/** An export copies the whole table. */
const EXPORT_TIMEOUT_MS = 60_000;

/** A node as the demo sees it: a name and a fold that stay, and a process that comes and goes. */
export class FleetMember {
  readonly name: string;
  readonly #program: URL;
  readonly #settings: NodeSettings;
  #process: NodeProcess | undefined;
  #lastHealth: NodeHealth | undefined;

  /** @param program - What a node's process runs. */
  constructor(program: URL, settings: NodeSettings) {
    this.name = settings.name;
    this.#program = program;
    this.#settings = settings;
  }

  get isUp(): boolean {
    return this.#process !== undefined && !this.#process.isOver;
  }

  /** The process that runs, or ran last; 0 before the first. */
  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /** Where it serves. */
  get url(): string {
    return this.#running().url;
  }

  /** What it last said about itself, which outlives it. */
  get lastHealth(): NodeHealth | undefined {
    return this.#lastHealth;
  }

  /** Resolves when it serves; to the milliseconds it took. */
  async start(): Promise<number> {
    const startedAt = performance.now();
    this.#process = await NodeProcess.start(this.#program, this.#settings);
    return performance.now() - startedAt;
  }

  /** Sends SIGKILL, and resolves to the process it hit when that is gone. */
  async kill(): Promise<number> {
    const victim = this.#running();
    await victim.kill();
    return victim.pid;
  }

  async stop(): Promise<void> {
    await this.#process?.stop();
  }

  async health(): Promise<NodeHealth> {
    const health = (await this.#ask('/health')) as NodeHealth;
    this.#lastHealth = health;
    return health;
  }

  digest(): Promise<TableDigest> {
    return this.#ask('/digest') as Promise<TableDigest>;
  }

  /** Has it export its fold to a directory, which is not there yet. */
  exportTo(directory: string): Promise<ExportReport> {
    const request: RequestInit = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ directory }),
    };
    return this.#ask('/export', request, EXPORT_TIMEOUT_MS) as Promise<ExportReport>;
  }

  async lookUp(key: string): Promise<LookupAnswer> {
    const answer = (await this.#ask(`/route/${encodeURIComponent(key)}`)) as Omit<
      LookupAnswer,
      'node' | 'answeredAtMs'
    >;
    return { ...answer, node: this.name, route: answer.route, answeredAtMs: performance.now() };
  }

  async #ask(
    path: string,
    request: RequestInit = {},
    timeoutMs: number = REQUEST_TIMEOUT_MS,
  ): Promise<unknown> {
    const asked = this.#running();
    try {
      const response = await fetch(asked.url + path, {
        ...request,
        signal: AbortSignal.timeout(timeoutMs),
      });
      if (response.status === 200 || response.status === 404) return await response.json();
      throw new Error(`status ${response.status}: ${await response.text()}`);
    } catch (cause) {
      const reason = asked.isOver ? `its process has ended. ${asked.errors}` : String(cause);
      throw new Error(`${this.name} did not answer ${path}: ${reason}`, { cause });
    }
  }

  #running(): NodeProcess {
    if (this.#process === undefined) throw new Error(`${this.name} was never started`);
    return this.#process;
  }
}
