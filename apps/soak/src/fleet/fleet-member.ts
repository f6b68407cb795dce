import { Mutex } from '@slipstream/core';
import type { FaultProxy } from '@slipstream/test-kit/nats';
import type { NodeSettings, NodeState } from '../node/node-protocol.js';
import type { Table } from '../oracle/compare-tables.js';
import { CursorAudit } from '../oracle/cursor-audit.js';
import type { ReadAnswer } from '../oracle/judge-read.js';
import { Violation } from '../oracle/violation.js';
import type { Tally } from '../world/tally.js';
import { type NodeEvent, NodeProcess } from './node-process.js';

/** Reads are local: one that takes longer was held up by something that must not hold it up. */
const READ_DEADLINE_MS = 10_000;
const REQUEST_DEADLINE_MS = 30_000;

/** What a member is made of. */
export interface FleetMemberOptions {
  /** What a node's process runs. */
  readonly program: URL;
  readonly settings: NodeSettings;
  /** The member's own line to the server. */
  readonly line: FaultProxy;
  readonly tally: Tally;
  /** Told when the member breaks a promise unasked. */
  readonly onViolation: (violation: Violation) => void;
}

/** A node as the soak sees it: a name, a line and a fold that stay, and a process that comes and goes. */
export class FleetMember {
  readonly settings: NodeSettings;
  readonly line: FaultProxy;
  readonly cursors: CursorAudit;
  readonly #options: FleetMemberOptions;
  readonly #lives = new Mutex();
  #process: NodeProcess | undefined;
  #isRetired = false;

  constructor(options: FleetMemberOptions) {
    this.#options = options;
    this.settings = options.settings;
    this.line = options.line;
    this.cursors = new CursorAudit(this.title);
  }

  get title(): string {
    const { name, engine, bucket, prefix } = this.settings;
    return `${name} (${engine}, ${bucket}${prefix === undefined ? '' : `, ${prefix}*`})`;
  }

  get isUp(): boolean {
    return this.#process !== undefined && !this.#process.isOver;
  }

  /** Resolves when its fold is open. @throws {Violation} when it does not open, or has lost a commit */
  async start(): Promise<void> {
    const { program } = this.#options;
    try {
      const { process, opened } = await NodeProcess.start(program, this.settings, (event) =>
        this.#hear(event),
      );
      this.#process = process;
      this.cursors.observe(opened.cursor);
    } catch (error) {
      if (error instanceof Violation) throw error;
      throw new Violation(`${this.title} did not start: ${error}`, { cause: error });
    }
    void this.#noticeDeath(this.#process);
  }

  /** Sends SIGKILL, and starts it again when `down` has resolved, unless it was retired meanwhile. */
  restart(down: () => Promise<unknown>): Promise<void> {
    return this.#lives.run(async () => {
      await this.#process?.kill();
      await down();
      if (!this.#isRetired) await this.start();
    });
  }

  /** Looks a key up; `undefined` when the node was killed meanwhile. @throws {Violation} when it is not served */
  async read(key: string): Promise<ReadAnswer | undefined> {
    const asked = this.#process;
    if (asked === undefined || asked.isOver) return undefined;
    try {
      return await asked.call('read', key, READ_DEADLINE_MS);
    } catch (error) {
      if (asked.isOver) return undefined;
      throw new Violation(`${this.title} did not serve a read: ${error}`, { cause: error });
    }
  }

  state(): Promise<NodeState> {
    return this.#running().call('state', undefined, REQUEST_DEADLINE_MS);
  }

  async table(): Promise<Table> {
    const rows = await this.#running().call('table', undefined, REQUEST_DEADLINE_MS);
    return new Map(rows.map(([key, revision, value]) => [key, { revision, value }]));
  }

  /** Has it compare its fold with the source and mend it; resolves to the keys that were mended. */
  scrub(): Promise<number> {
    return this.#running().call('scrub', undefined, REQUEST_DEADLINE_MS);
  }

  /** Has it export its fold; `undefined` when it was killed meanwhile. */
  async exportTo(directory: string): Promise<{ readonly entries: number } | undefined> {
    const asked = this.#running();
    try {
      return await asked.call('export', directory, REQUEST_DEADLINE_MS);
    } catch (error) {
      if (asked.isOver) return undefined;
      throw new Violation(`${this.title} did not export: ${error}`, { cause: error });
    }
  }

  /** Ends what was done to its line. */
  healLine(): Promise<void> {
    return this.line.heal();
  }

  /** Ends it for good, in order, with its line. */
  async stop(): Promise<void> {
    this.#isRetired = true;
    await this.#lives.run(async () => {
      await this.#process?.call('stop', undefined, REQUEST_DEADLINE_MS).catch(() => undefined);
      await this.#process?.kill();
      await this.line[Symbol.asyncDispose]();
    });
  }

  #hear(event: NodeEvent): void {
    const { tally, onViolation } = this.#options;
    if (event.type === 'applied') {
      tally.delivered += event.updates;
      try {
        this.cursors.observe(event.cursor);
      } catch (error) {
        onViolation(error as Violation);
      }
    } else if (event.type === 'reconciled') {
      tally.countRepair(event.reason, event.vanished);
    } else {
      onViolation(new Violation(`${this.title} gave up: ${event.error}`));
    }
  }

  async #noticeDeath(process: NodeProcess): Promise<void> {
    const wasEnded = await process.gone.then(() => process.wasEnded);
    if (!wasEnded) {
      this.#options.onViolation(new Violation(`${this.title} died by itself: ${process.errors}`));
    }
  }

  #running(): NodeProcess {
    if (this.#process === undefined) throw new Error(`${this.title} was never started`);
    return this.#process;
  }
}
