import type { KvStore } from '@slipstream/core';
import type { NatsBucketConfig, NatsClient } from '@slipstream/nats';
import { persistently } from '../lifetime/persistently.js';
import type { Row, Table } from '../oracle/compare-tables.js';
import { Ledger } from '../oracle/ledger.js';
import type { StreamAdmin } from './stream-admin.js';

/** How a bucket of the soak is made and used. */
export interface SoakBucketSettings {
  readonly name: string;
  readonly config: NatsBucketConfig;
  readonly keys: number;
  readonly valueBytes: number;
  readonly writesPerSecond: number;
  /** Whether the bucket drops live entries by itself. */
  readonly evicts: boolean;
  /** Whether it takes atomic batches. */
  readonly batches: boolean;
  /** Whether its delete markers may be taken out of the log. */
  readonly forgets: boolean;
}

/** One life of a bucket, from its creation to its deletion, and what was written to it. */
export interface Incarnation {
  readonly epoch: string;
  readonly store: KvStore;
  readonly ledger: Ledger;
}

/** A prefix that some nodes follow alone. */
export const SCOPED_PREFIX = 'a.';
/** What the names of the keys begin with that batches write. */
const GROUP_PREFIX = `${SCOPED_PREFIX}group-`;
const GROUPS = 12;
const DESCRIBED_KEYS = 5;
const GROUP_KEYS = 4;
/** Written at each checkpoint; in scope of every node. */
const CHECKPOINT_KEY = `${SCOPED_PREFIX}checkpoint`;
/** What the values begin with that expire. */
export const EXPIRING = 'expires:';

/** Keys that are always written together. */
export interface KeyGroup {
  readonly prefix: string;
  readonly keys: readonly string[];
}

/** A bucket, and what the oracle knows was written to it. */
export class SoakBucket {
  readonly settings: SoakBucketSettings;
  readonly keys: readonly string[];
  readonly groups: readonly KeyGroup[];
  readonly #client: NatsClient;
  readonly #admin: StreamAdmin;
  #former: Incarnation[] = [];
  #acknowledgedBefore = 0;
  readonly #changes = new Set<Promise<void>>();
  #rebirth: Promise<void> | undefined;
  #current: Incarnation;

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
    const prefixes = [SCOPED_PREFIX, 'b.', 'c.'];
    this.keys = Array.from({ length: settings.keys }, (_, index) => `${prefixes[index % 3]}key-${index}`);
    this.groups = Array.from({ length: settings.batches ? GROUPS : 0 }, (_, group) => {
      const prefix = `${GROUP_PREFIX}${group}.`;
      return { prefix, keys: Array.from({ length: GROUP_KEYS }, (__, index) => `${prefix}${index}`) };
    });
  }

  static async open(
    client: NatsClient,
    admin: StreamAdmin,
    settings: SoakBucketSettings,
  ): Promise<SoakBucket> {
    return new SoakBucket(client, admin, settings, await create(client, admin, settings));
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

  /** Writes that it acknowledged, in all its lives. */
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

  /** Whether it was deleted since the last checkpoint; it may not be there again yet. */
  get isMadeAnew(): boolean {
    return this.#rebirth !== undefined || this.#former.length > 0;
  }

  /** What is known of keys, in the ledgers and on the server, for the message of a violation. */
  async describe(keys: readonly string[]): Promise<string[]> {
    const { store, ledger } = this;
    const { firstRevision, lastRevision } = await store.status();
    const lines = [`${this.name} has revisions ${firstRevision} to ${lastRevision}`];
    for (const key of keys.slice(0, DESCRIBED_KEYS)) {
      const last = await store.reader.entry(key);
      const known = last === undefined ? 'nothing' : `a ${last.kind} at revision ${last.version.revision}`;
      lines.push(...ledger.describe(key), `${key}: the bucket has ${known}`);
      for (const former of this.#former) {
        lines.push(...former.ledger.describe(key).map((line) => `in epoch ${former.epoch}: ${line}`));
      }
    }
    return lines;
  }

  /** Runs a write, which never spans two incarnations. */
  async change(write: (incarnation: Incarnation) => Promise<void>): Promise<void> {
    while (this.#rebirth !== undefined) await this.#rebirth;
    const under = write(this.#current);
    this.#changes.add(under);
    await under.finally(() => this.#changes.delete(under));
  }

  /** Deletes the bucket and makes it anew, empty; writes wait meanwhile. @throws {Violation} when it cannot */
  async recreate(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#rebirth = promise;
    try {
      await Promise.allSettled(this.#changes);
      const { name } = this;
      const { store, epoch } = this.#current;
      await store.close();
      await persistently(() => this.#admin.deleteBucket(name), `${name} to be deleted`, signal);
      const make = async (): Promise<Incarnation> => create(this.#client, this.#admin, this.settings);
      const next = await persistently(make, `${name} to be created`, signal);
      if (next.epoch === epoch) throw new Error(`${name} was deleted and is still there`);
      this.#former.unshift(this.#current);
      this.#current = next;
    } finally {
      this.#rebirth = undefined;
      resolve();
    }
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

  /** Everything below this revision is evicted, if the bucket evicts; else 0. */
  async evictedBelow(): Promise<number> {
    if (!this.settings.evicts) return 0;
    const { firstRevision } = await this.store.status();
    return Number(firstRevision);
  }

  /** Takes the bucket's word for all that is uncertain, when every fold is as the bucket is at `head`. */
  settle(table: Table, head: number): void {
    this.ledger.settle(table, head);
    this.#acknowledgedBefore = this.acknowledged - this.ledger.acknowledged;
    this.#former = [];
  }

  /** Writes an entry that every node has to see; resolves to its revision, the last of the log. */
  async mark(checkpoint: number): Promise<number> {
    const value = `checkpoint ${checkpoint}`;
    const { store, ledger } = this;
    const attempt = ledger.begin(CHECKPOINT_KEY, { value, sentAt: Date.now() });
    const version = await store.writer?.put(CHECKPOINT_KEY, new TextEncoder().encode(value));
    ledger.acknowledge(attempt, Number(version?.revision));
    return Number(version?.revision);
  }

  /** Leaves a marker that stays where one may go: what lies under it is then never back. */
  async bury(key: string): Promise<void> {
    const { store, ledger } = this;
    const attempt = ledger.begin(key, { value: undefined, sentAt: Date.now() });
    const version = await store.writer?.delete(key);
    ledger.acknowledge(attempt, Number(version?.revision));
  }
}

async function create(
  client: NatsClient,
  admin: StreamAdmin,
  { name, config, batches }: SoakBucketSettings,
): Promise<Incarnation> {
  const store = await client.bucket(name, { config });
  if (batches) await admin.allowBatches(name);
  const { epoch } = await store.status();
  return { epoch, store, ledger: new Ledger() };
}
