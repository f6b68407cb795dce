import type { KvStore } from '@slipstream/core';
import type { NatsBucketConfig, NatsClient } from '@slipstream/nats';
import type { Row } from '../oracle/compare-tables.js';
import { Ledger } from '../oracle/ledger.js';

/** How a bucket of the soak is made and used. */
export interface SoakBucketSettings {
  readonly name: string;
  readonly config: NatsBucketConfig;
  readonly keys: number;
  readonly valueBytes: number;
  readonly writesPerSecond: number;
  /** Whether the bucket drops live entries by itself. */
  readonly evicts: boolean;
}

/** A prefix that some nodes follow alone. */
export const SCOPED_PREFIX = 'a.';
/** Written at each checkpoint; in scope of every node. */
const CHECKPOINT_KEY = `${SCOPED_PREFIX}checkpoint`;

/** A bucket, and what the oracle knows was written to it. */
export class SoakBucket {
  readonly settings: SoakBucketSettings;
  readonly store: KvStore;
  readonly ledger: Ledger = new Ledger();
  readonly keys: readonly string[];

  private constructor(settings: SoakBucketSettings, store: KvStore) {
    this.settings = settings;
    this.store = store;
    const prefixes = [SCOPED_PREFIX, 'b.', 'c.'];
    this.keys = Array.from({ length: settings.keys }, (_, index) => `${prefixes[index % 3]}key-${index}`);
  }

  static async open(client: NatsClient, settings: SoakBucketSettings): Promise<SoakBucket> {
    return new SoakBucket(settings, await client.bucket(settings.name, { config: settings.config }));
  }

  get name(): string {
    return this.settings.name;
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

  /** Writes an entry that every node has to see; resolves to its revision, the last of the log. */
  async mark(checkpoint: number): Promise<number> {
    const value = new TextEncoder().encode(`checkpoint ${checkpoint}`);
    const version = await this.store.writer?.put(CHECKPOINT_KEY, value);
    return Number(version?.revision ?? 0n);
  }
}
