import { join } from 'node:path';
import type { Resource } from '@slipstream/core';
import { waitUntil } from '../lifetime/wait-until.js';
import type { NodeHealth } from '../node/node-health.js';
import type { FoldSettings } from '../node/node-settings.js';
import type { SourceAddress } from '../source/fleet-source.js';
import { FleetMember } from './fleet-member.js';

/** What a fleet is made of. */
export interface FleetOptions {
  readonly nodes: number;
  /** What a node's process runs. */
  readonly program: URL;
  readonly source: SourceAddress;
  /** Where the folds are. */
  readonly dataDirectory: string;
  readonly signal: AbortSignal;
}

const DEADLINE_MS = 30_000;

/** The nodes, each a process with a fold of its own. */
export class Fleet implements Resource {
  readonly #options: FleetOptions;
  readonly #members: FleetMember[] = [];
  readonly #signal: AbortSignal;

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#signal = options.signal;
    for (let count = 0; count < options.nodes; count++) this.#admit({ engine: 'log' });
  }

  get members(): readonly FleetMember[] {
    return this.#members;
  }

  /** The nodes whose processes run. */
  get up(): readonly FleetMember[] {
    return this.members.filter(({ isUp }) => isUp);
  }

  /** The node at `index`, or the last one when there are fewer. */
  member(index: number): FleetMember {
    const member = this.members[index] ?? this.members.at(-1);
    if (member === undefined) throw new RangeError('a fleet has at least one node');
    return member;
  }

  /** Adds a node to a fleet that runs; it is the caller's to start. */
  add(fold: Omit<FoldSettings, 'path'>): FleetMember {
    return this.#admit(fold);
  }

  async start(): Promise<void> {
    await Promise.all(this.members.map((member) => member.start()));
  }

  /** Resolves when the node is live and has applied `revision`. @throws `TIMEOUT` */
  async untilApplied(member: FleetMember, revision: number): Promise<NodeHealth> {
    return this.until(member, `apply revision ${revision}`, (health) => {
      return health.state === 'live' && health.revision >= revision;
    });
  }

  /** Resolves when every node that is up is live and has applied `revision`. @throws `TIMEOUT` */
  async untilAllApplied(revision: number): Promise<readonly NodeHealth[]> {
    return Promise.all(this.up.map((member) => this.untilApplied(member, revision)));
  }

  /** Resolves to the node's health when that fulfils the condition. @throws `TIMEOUT` */
  async until(
    member: FleetMember,
    what: string,
    condition: (health: NodeHealth) => boolean,
  ): Promise<NodeHealth> {
    const ask = async (): Promise<NodeHealth | undefined> => {
      const health = await member.health();
      return condition(health) ? health : undefined;
    };
    return waitUntil(ask, {
      what: `${member.name} to ${what}`,
      instead: () => describe(member.lastHealth),
      deadlineMs: DEADLINE_MS,
      signal: this.#signal,
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.members.map((member) => member.stop()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #admit(fold: Omit<FoldSettings, 'path'>): FleetMember {
    const { program, source, dataDirectory } = this.#options;
    const name = `node-${this.#members.length + 1}`;
    const path = join(dataDirectory, name);
    const member = new FleetMember(program, { name, source, fold: { ...fold, path } });
    this.#members.push(member);
    return member;
  }
}

function describe(health: NodeHealth | undefined): string {
  if (health === undefined) return 'it never said how it is';
  const { state, revision, delivered, cause } = health;
  const reason = cause === undefined ? '' : ` (${cause})`;
  return `it is ${state}${reason} at revision ${revision}, delivered ${delivered.updates}`;
}
