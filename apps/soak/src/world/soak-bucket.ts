import type { KvStore } from '@slipstream/core';
import type { NatsClient } from '@slipstream/nats';
import { persistently } from '../lifetime/persistently.js';
import type { Row, Table } from '../oracle/compare-tables.js';
import type { Ledger } from '../oracle/ledger.js';
import { type BucketPlan, Incarnation } from './incarnation.js';
import { type KeyGroup, keyGroups, singleKeys } from './key-space.js';
import type { StreamAdmin } from './stream-admin.js';

/** How a bucket of the soak is made and used. */
export interface SoakBucketSettings extends BucketPlan {
  readonly keys: number;
  readonly valueBytes: number;
  readonly writesPerSecond: number;
  /** Whether the bucket drops live entries by itself. */
  readonly evicts: boolean;
  /** Whether its delete markers may be taken out of the log. */
  readonly forgets: boolean;
}

/** A bucket, and what the oracle knows was written to it, over all its lives. */
export class SoakBucket {
  readonly settings: SoakBucketSettings;
  readonly keys: readonly string[];
  readonly groups: readonly KeyGroup[];
  readonly #client: NatsClient;
  readonly #admin: StreamAdmin;
  readonly #changes = new Set<Promise<void>>();
  #current: Incarnation;
  /** Those since the last checkpoint, the latest first. */
  #former: readonly Incarnation[] = [];
  #acknowledgedBefore = 0;
  #rebirth: Promise<void> | undefined;

  private constructor(
    client: NatsClient,
    admin: StreamAdmin,
    settings: SoakBucketSettings,
    first: Incarnation,
  ) {
    this.#client = client;
    this.#admin = admin;
    this.settings = settings;
    this.#current = first;
    this.keys = singleKeys(settings.keys);
    this.groups = settings.batches ? keyGroups() : [];
  }

  static async open(
    client: NatsClient,
    admin: StreamAdmin,
    settings: SoakBucketSettings,
  ): Promise<SoakBucket> {
    return new SoakBucket(client, admin, settings, await Incarnation.create(client, admin, settings));
  }

  get name(): string {
    return this.settings.name;
  }

  get store(): KvStore {
    return this.#current.store;
  }

  get ledger(): Ledger {
    return this.#current.ledger;
  }

  /** The bucket as it is now. */
  get current(): Incarnation {
    return this.#current;
  }

  /** Whether it was deleted since the last checkpoint; it may not be there again yet. */
  get isMadeAnew(): boolean {
    return this.#rebirth !== undefined || this.#former.length > 0;
  }

  /** Records that it acknowledged, in all its lives. */
  get acknowledged(): number {
    return [...this.#former, this.#current].reduce(
      (sum, { ledger }) => sum + ledger.acknowledged,
      this.#acknowledgedBefore,
    );
  }

  /** What was written to the incarnation of this epoch; `undefined`: to none since the last checkpoint. */
  ledgerOf(epoch: string | undefined): Ledger | undefined {
    return [this.#current, ...this.#former].find((each) => each.epoch === epoch)?.ledger;
  }

  /** Whether an incarnation before the present one had this row. */
  isOfFormer(key: string, row: Row): boolean {
    return this.#former.some(({ ledger }) => ledger.hasWritten(key, row));
  }

  /** Everything below this revision is evicted, if the bucket evicts; else 0. */
  async evictedBelow(): Promise<number> {
    if (!this.settings.evicts) return 0;
    const { firstRevision } = await this.store.status();
    return Number(firstRevision);
  }

  /** Runs a write, which never spans two incarnations. */
  async change(write: (incarnation: Incarnation) => Promise<void>): Promise<void> {
    while (this.#rebirth !== undefined) await this.#rebirth;
    const underWay = write(this.#current);
    this.#changes.add(underWay);
    await underWay.finally(() => this.#changes.delete(underWay));
  }

  /** Deletes the bucket and re-creates it empty; writes wait meanwhile. @throws {Violation} when it cannot */
  async recreate(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#rebirth = promise;
    try {
      await Promise.allSettled(this.#changes);
      const { store, epoch } = this.#current;
      const { name } = this;
      await store.close();
      await persistently(() => this.#admin.deleteBucket(name), `${name} to be deleted`, signal);
      const create = (): Promise<Incarnation> => Incarnation.create(this.#client, this.#admin, this.settings);
      const next = await persistently(create, `${name} to be created`, signal);
      if (next.epoch === epoch) throw new Error(`${name} was deleted and is still there`);
      this.#former = [this.#current, ...this.#former];
      this.#current = next;
    } finally {
      this.#rebirth = undefined;
      resolve();
    }
  }

  /** Takes the bucket's word for all that is uncertain, when every fold is as the bucket is at `head`. */
  settle(table: Table, head: number): void {
    this.ledger.settle(table, head);
    this.#acknowledgedBefore = this.acknowledged - this.ledger.acknowledged;
    this.#former = [];
  }

  /** What is known of keys, for the message of a violation. */
  async describe(keys: readonly string[]): Promise<string[]> {
    const lines = await this.#current.describe(keys);
    for (const { epoch, ledger } of this.#former) {
      const known = keys.flatMap((key) => ledger.describe(key));
      lines.push(...known.map((line) => `before, in epoch ${epoch}: ${line}`));
    }
    return lines;
  }
}
