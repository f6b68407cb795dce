import { join } from 'node:path';
import type { Resource } from '@slipstream/core';
import { startFaultProxy } from '@slipstream/test-kit/nats';
import type { FoldEngine, NodeSettings } from '../node/node-protocol.js';
import type { Violation } from '../oracle/violation.js';
import type { Tally } from '../world/tally.js';
import { FleetMember } from './fleet-member.js';

/** What a fleet is made of. */
export interface FleetOptions {
  /** What a node's process runs. */
  readonly program: URL;
  readonly serverUrl: string;
  /** Where the folds are. */
  readonly directory: string;
  readonly tally: Tally;
  readonly onViolation: (violation: Violation) => void;
}

/** What a node follows, and in which engine. */
export type NodePlan = Omit<NodeSettings, 'name' | 'path' | 'url' | 'artifact'>;

/** The nodes, each a process with a fold and a line of its own. */
export class Fleet implements Resource {
  readonly #options: FleetOptions;
  readonly #residents: FleetMember[] = [];
  #guest: FleetMember | undefined;
  #admitted = 0;

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  /** The nodes that are there to stay, and the guest. */
  get members(): readonly FleetMember[] {
    return this.#guest === undefined ? this.#residents : [...this.#residents, this.#guest];
  }

  /** Adds a node that stays to the end. */
  async settle(plan: NodePlan): Promise<void> {
    this.#residents.push(await this.#start(plan, undefined));
  }

  /** Starts a node of an artifact; the guest before it leaves. */
  async welcome(like: NodePlan, engine: FoldEngine, artifact: string): Promise<FleetMember> {
    const { bucket, prefix, verifyOnResume } = like;
    const former = this.#guest;
    this.#guest = undefined;
    await former?.stop();
    this.#guest = await this.#start({ bucket, prefix, verifyOnResume, engine }, artifact);
    return this.#guest;
  }

  async close(): Promise<void> {
    await Promise.all(this.members.map((member) => member.stop()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #start(plan: NodePlan, artifact: string | undefined): Promise<FleetMember> {
    const { program, serverUrl, directory, tally, onViolation } = this.#options;
    const name = `node-${++this.#admitted}`;
    const line = await startFaultProxy({ target: serverUrl });
    const settings = { ...plan, name, artifact, path: join(directory, name), url: line.url };
    const member = new FleetMember({ program, settings, line, tally, onViolation });
    await member.start();
    return member;
  }
}
