import type { KvStore } from '@slipstream/core';
import type { NatsBucketConfig, NatsClient } from '@slipstream/nats';
import type { Row } from '../oracle/compare-tables.js';
import { Ledger } from '../oracle/ledger.js';
import type { StreamAdmin } from './stream-admin.js';

/** How a bucket is made. */
export interface BucketPlan {
  readonly name: string;
  readonly config: NatsBucketConfig;
  /** Whether it takes atomic batches. */
  readonly batches: boolean;
}

const DESCRIBED_KEYS = 5;

/** One life of a bucket, from its creation to its deletion, and what was written to it. */
export class Incarnation {
  readonly epoch: string;
  readonly store: KvStore;
  readonly ledger: Ledger = new Ledger();

  private constructor(store: KvStore, epoch: string) {
    this.store = store;
    this.epoch = epoch;
  }

  /** Creates the bucket. Opens it, when an attempt before this one has created it and got no answer. */
  static async create(
    client: NatsClient,
    admin: StreamAdmin,
    { name, config, batches }: BucketPlan,
  ): Promise<Incarnation> {
    const store = await client.bucket(name, { config });
    if (batches) await admin.allowBatches(name);
    const { epoch } = await store.status();
    return new Incarnation(store, epoch);
  }

  /** The live entries, straight from the server. */
  async table(): Promise<Map<string, Row>> {
    const decoder = new TextDecoder();
    const rows = new Map<string, Row>();
    for await (const { key, value, version } of this.store.reader.scan('')) {
      rows.set(key, { revision: Number(version.revision), value: decoder.decode(value) });
    }
    return rows;
  }

  /** Writes an entry; resolves to its revision. */
  async put(key: string, value: string): Promise<number> {
    const attempt = this.ledger.begin(key, { value, sentAt: Date.now() });
    const version = await this.store.writer?.put(key, new TextEncoder().encode(value));
    const revision = Number(version?.revision);
    this.ledger.acknowledge(attempt, revision);
    return revision;
  }

  /** Deletes a key, with a marker that stays. */
  async remove(key: string): Promise<void> {
    const attempt = this.ledger.begin(key, { value: undefined, sentAt: Date.now() });
    const version = await this.store.writer?.delete(key);
    this.ledger.acknowledge(attempt, Number(version?.revision));
  }

  /** What is known of keys, in the ledger and on the server, for the message of a violation. */
  async describe(keys: readonly string[]): Promise<string[]> {
    const { name, reader } = this.store;
    const { firstRevision, lastRevision } = await this.store.status();
    const lines = [`${name} has revisions ${firstRevision} to ${lastRevision}`];
    for (const key of keys.slice(0, DESCRIBED_KEYS)) {
      const last = await reader.entry(key);
      const known = last === undefined ? 'nothing' : `a ${last.kind} at revision ${last.version.revision}`;
      lines.push(...this.ledger.describe(key), `${key}: the bucket has ${known}`);
    }
    return lines;
  }
}
