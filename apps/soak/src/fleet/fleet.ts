import { join } from 'node:path';
import type { Resource } from '@slipstream/core';
import { startFaultProxy } from '@slipstream/test-kit/nats';
import type { FoldEngine, NodeSettings } from '../node/node-protocol.js';
import { FleetMember, type FleetMemberOptions } from './fleet-member.js';

/** What a fleet is made of. */
export interface FleetOptions extends Omit<FleetMemberOptions, 'settings' | 'line'> {
  /** Of these, each node has one. */
  readonly serverUrls: readonly string[];
  /** Where the folds are. */
  readonly directory: string;
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
    const { serverUrls, directory } = this.#options;
    const target = serverUrls[this.#admitted % serverUrls.length] ?? '';
    const name = `node-${++this.#admitted}`;
    const line = await startFaultProxy({ target });
    const settings = { ...plan, name, artifact, path: join(directory, name), url: line.url };
    const member = new FleetMember({ ...this.#options, settings, line });
    await member.start();
    return member;
  }
}
