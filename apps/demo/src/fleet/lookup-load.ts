import type { Resource } from '@slipstream/core';
import type { LookupAudit } from '../ledger/lookup-audit.js';
import { Pacer } from '../lifetime/pacer.js';
import { pick } from '../routes/pick.js';
import type { Fleet } from './fleet.js';
import type { FleetMember } from './fleet-member.js';

/** Lookups under way at once, at most. */
const CLIENTS = 8;
/** One lookup in this many is of a key that never existed. */
const MISS_EVERY = 50;

/** What a load is made of. */
export interface LookupLoadOptions {
  readonly fleet: Fleet;
  /** The keys that may be there. */
  readonly keys: readonly string[];
  readonly audit: LookupAudit;
  readonly random: () => number;
  readonly perSecond: number;
}

/** Clients that look routes up, from nodes that are up, from `start` to `close`. */
export class LookupLoad implements Resource {
  readonly #options: LookupLoadOptions;
  readonly #closing = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  #clients: readonly Promise<void>[] = [];
  #total = 0;

  constructor(options: LookupLoadOptions) {
    this.#options = options;
  }

  /** Lookups made. */
  get total(): number {
    return this.#total;
  }

  start(): void {
    const pacer = new Pacer(this.#options.perSecond);
    this.#clients = Array.from({ length: CLIENTS }, () => this.#client(pacer));
  }

  /** Waits until every lookup that is under way now has its answer. */
  async drain(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#clients);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #client(pacer: Pacer): Promise<void> {
    const { fleet, random } = this.#options;
    while (await pacer.turn(this.#closing.signal)) {
      if (fleet.up.length === 0) continue;
      const asked = this.#lookUp(pick(random, fleet.up));
      this.#underWay.add(asked);
      await asked;
      this.#underWay.delete(asked);
    }
  }

  async #lookUp(member: FleetMember): Promise<void> {
    const { keys, audit, random } = this.#options;
    this.#total += 1;
    const key = this.#total % MISS_EVERY === 0 ? `route.nowhere.${this.#total}` : pick(random, keys);
    const { pid } = member;
    try {
      audit.answered(await member.lookUp(key));
    } catch (error) {
      // A client of a killed process goes to another one; that is the kill, and no fault of the node's.
      if (!member.isUp || member.pid !== pid) return;
      audit.failed(`${member.name}: ${error instanceof Error ? error.message : error}`);
    }
  }
}
