import { Mutex, WatchCursor } from '@slipstream/core';
import type { FaultProxy } from '@slipstream/test-kit/nats';
import type { ArtifactForm, NodeCalls, NodeSettings, NodeState, TableRow } from '../node/node-protocol.js';
import type { Table } from '../oracle/compare-tables.js';
import { CursorAudit } from '../oracle/cursor-audit.js';
import type { ReadAnswer } from '../oracle/judge-read.js';
import { Violation } from '../oracle/violation.js';
import type { Tally } from '../world/tally.js';
import type { DiskFault } from './disk-fault.js';
import { type NodeEvent, NodeProcess } from './node-process.js';

/** Reads are local: one that takes longer was held up by something that must not hold it up. */
const READ_DEADLINE_MS = 30_000;
const REQUEST_DEADLINE_MS = 60_000;

/** What a member is made of. */
export interface FleetMemberOptions {
  /** What a node's process runs. */
  readonly program: URL;
  readonly settings: NodeSettings;
  /** The member's own line to the server. */
  readonly line: FaultProxy;
  readonly tally: Tally;
  /** Looks at a fold that was opened, before its node follows anything. @throws {Violation} */
  readonly audit: (settings: NodeSettings, cursor: WatchCursor, table: Table) => Promise<void>;
  /** Whether a bucket was deleted a short time ago: a replica that asks for it meanwhile may end. */
  readonly isMadeAnew: (bucket: string) => boolean;
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
  #diskFault: DiskFault | undefined;

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

  /** The process that runs now; `undefined` while it is down. */
  get pid(): number | undefined {
    return this.isUp ? this.#process?.pid : undefined;
  }

  /** Resolves when it follows its bucket. @throws {Violation} when its fold does not open, or lost something */
  async start(): Promise<void> {
    const { program, audit } = this.#options;
    let started: NodeProcess | undefined;
    try {
      const { process, opened } = await NodeProcess.start(program, this.settings, (event) =>
        this.#hear(event),
      );
      started = process;
      this.cursors.observe(opened.cursor);
      await audit(this.settings, WatchCursor.parse(opened.cursor), tableOf(opened.rows));
      await process.call('attach', undefined, REQUEST_DEADLINE_MS);
    } catch (error) {
      await started?.kill();
      if (error instanceof Violation) throw error;
      throw new Violation(`${this.title} did not start: ${error}`, { cause: error });
    }
    this.#process = started;
    void this.#noticeDeath(started);
  }

  /** From now on its fold may refuse commits; the returned object reports the outcome. */
  beginDiskFault(): DiskFault {
    this.#diskFault = { refusals: 0, outcomes: 0, gaveUp: false, isRefusing: false };
    return this.#diskFault;
  }

  /** Its disk has room again, and it is as it would be without the fault. */
  endDiskFault(): void {
    this.#diskFault = undefined;
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
  read(key: string): Promise<ReadAnswer | undefined> {
    return this.#askLocally('read', key);
  }

  /** What begins with `prefix`, from one state. @throws {Violation} when it is not served */
  readGroup(prefix: string): Promise<NodeCalls['group']['answer'] | undefined> {
    return this.#askLocally('group', prefix);
  }

  /** Where it stands; waits for a restart that is under way. */
  state(): Promise<NodeState> {
    return this.#ask('state');
  }

  async table(): Promise<Table> {
    return tableOf(await this.#ask('table'));
  }

  /** Has it compare its fold with the source and repair it; resolves to the number of repaired keys. */
  scrub(): Promise<number> {
    return this.#ask('scrub');
  }

  /** Has it export its fold; `undefined` when it was killed meanwhile, or its disk is full. */
  async exportTo(directory: string, form: ArtifactForm): Promise<NodeCalls['export']['answer'] | undefined> {
    const asked = this.#running();
    const before = this.cursors.last;
    try {
      const exported = await asked.call('export', { directory, form }, REQUEST_DEADLINE_MS);
      const audit = new CursorAudit(`the artifact of ${this.title}`);
      audit.observe(before.toString());
      audit.observe(exported.cursor);
      return exported;
    } catch (error) {
      if (error instanceof Violation) throw error;
      if (asked.isOver || this.#diskFault !== undefined) return undefined;
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
      if (this.#diskFault !== undefined) {
        this.#diskFault.isRefusing = false;
        this.#diskFault.outcomes += 1;
      }
      try {
        this.cursors.observe(event.cursor);
      } catch (error) {
        onViolation(error as Violation);
      }
    } else if (event.type === 'reconciled') {
      tally.countRepair(event.reason, event.vanished);
    } else if (event.type === 'refused') {
      if (this.#diskFault === undefined) {
        onViolation(new Violation(`the fold of ${this.title} refused a commit: ${event.error}`));
      } else {
        this.#diskFault.refusals += 1;
        this.#diskFault.outcomes += 1;
        this.#diskFault.isRefusing = true;
      }
    } else if (this.#diskFault !== undefined && event.code === 'STORE_FAILED') {
      this.#diskFault.gaveUp = true;
    } else if (event.code === 'NOT_FOUND' && this.#options.isMadeAnew(this.settings.bucket)) {
      tally.countFault('node restarted that found no bucket');
      this.restart(() => Promise.resolve()).catch(onViolation);
    } else {
      onViolation(new Violation(`${this.title} gave up: ${event.error}`));
    }
  }

  /** Asks it while it is not restarted. */
  #ask<Name extends 'state' | 'table' | 'scrub'>(call: Name): Promise<NodeCalls[Name]['answer']> {
    return this.#lives.run(() => this.#running().call(call, undefined, REQUEST_DEADLINE_MS));
  }

  /** Asks for what needs no server. */
  async #askLocally<Name extends 'read' | 'group'>(
    call: Name,
    ask: NodeCalls[Name]['ask'],
  ): Promise<NodeCalls[Name]['answer'] | undefined> {
    const asked = this.#process;
    if (asked === undefined || asked.isOver) return undefined;
    try {
      return await asked.call(call, ask, READ_DEADLINE_MS);
    } catch (error) {
      if (asked.isOver) return undefined;
      throw new Violation(`${this.title} did not serve a read: ${error}`, { cause: error });
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

function tableOf(rows: readonly TableRow[]): Table {
  return new Map(rows.map(([key, revision, value]) => [key, { revision, value }]));
}
