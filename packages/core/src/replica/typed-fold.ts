import { SlipstreamError } from '../errors/slipstream-error.js';
import type { KvEntry, KvUpdate } from '../kv/kv-entry.js';
import type { RangeOptions, SnapshotStore, SynchronousReader } from '../snapshot/snapshot-store.js';
import { type Change, ChangeFeed } from './change-feed.js';
import type { QuarantinedValue } from './quarantine.js';
import type { ReplicaEntry } from './replica.js';
import type { TypedValues } from './typed-values.js';

/** What a batch makes of one key: a change that can be read, or a value that cannot. */
type StagedChange<V> = Change<V> | ({ readonly kind: 'unreadable' } & QuarantinedValue<V>);

/**
 * A fold as typed values. Batches pass through it twice: `stage` before the fold commits them, where every
 * value is decoded and the last good one can still be read, and `publish` after, when reads and subscribers
 * may see them.
 */
export class TypedFold<V> {
  readonly #store: SnapshotStore;
  readonly #reader: SynchronousReader;
  readonly #values: TypedValues<V>;
  readonly #feeds = new Set<ChangeFeed<V>>();
  #staged = new Map<string, StagedChange<V>>();
  #ended: { readonly error: unknown } | undefined;

  /** @throws `UNSUPPORTED` for a fold without synchronous reads */
  constructor(store: SnapshotStore, values: TypedValues<V>) {
    this.#store = store;
    this.#reader = synchronousReader(store);
    this.#values = values;
  }

  get quarantine(): ReadonlyMap<string, QuarantinedValue<V>> {
    return this.#values.quarantine;
  }

  get(key: string): V | undefined {
    const cached = this.#values.cached(key);
    if (cached !== undefined) return cached;
    const entry = this.#reader.get(key);
    return entry === undefined ? undefined : this.#read(entry);
  }

  entry(key: string): ReplicaEntry<V> | undefined {
    const entry = this.#reader.get(key);
    if (entry === undefined) return undefined;
    const value = this.#read(entry);
    return value === undefined ? undefined : { key, value, version: entry.version };
  }

  /** @throws `UNSUPPORTED` when the fold only iterates asynchronously */
  entries(prefix: string, options?: RangeOptions): Iterable<readonly [string, V]> {
    const { sync, backend } = this.#store;
    if (sync?.range !== undefined) return this.#readAll(sync.range(prefix, options));
    throw new SlipstreamError('UNSUPPORTED', `a ${backend} fold cannot be iterated synchronously`, {
      hint: 'Iterate with scan() instead.',
    });
  }

  async *scan(prefix: string, options?: RangeOptions): AsyncGenerator<readonly [string, V], void, undefined> {
    for await (const entry of this.#store.range(prefix, options)) {
      const value = this.#read(entry);
      if (value !== undefined) yield [entry.key, value];
    }
  }

  subscribe(prefix: string): ChangeFeed<V> {
    const feed = new ChangeFeed<V>(prefix, (ended) => this.#feeds.delete(ended));
    if (this.#ended === undefined) this.#feeds.add(feed);
    else feed.end(this.#ended.error);
    return feed;
  }

  /** Decodes a batch that is about to be committed. Of several changes of one key, the last one stays. */
  stage(batch: readonly KvUpdate[]): void {
    this.#staged = new Map();
    for (const update of batch) this.#staged.set(update.key, this.#stageOne(update));
  }

  /** Lets reads and subscribers see the staged batch, which has been committed. */
  publish(): void {
    const staged = this.#staged;
    this.#staged = new Map();
    const changes: Change<V>[] = [];
    for (const change of staged.values()) {
      this.#values.forget(change.key);
      if (change.kind === 'unreadable') {
        this.#values.isolate(change);
      } else {
        this.#values.quarantine.delete(change.key);
        changes.push(change);
      }
    }
    for (const feed of this.#feeds) feed.publish(changes);
  }

  /** Nothing will be published any more; `error` says why, unless it was asked for. */
  end(error?: unknown): void {
    this.#ended = { error };
    for (const feed of this.#feeds) feed.end(error);
  }

  /**
   * What reads of this entry return. The engine may show a commit before `apply` has returned: an unreadable value of
   * it is not reported yet, and its last good one is known.
   */
  #read(entry: KvEntry): V | undefined {
    const staged = this.#staged.get(entry.key);
    const isStaged = staged?.kind === 'unreadable' && staged.version.equals(entry.version);
    return isStaged ? staged.lastGood : this.#values.read(entry);
  }

  *#readAll(entries: Iterable<KvEntry>): Generator<readonly [string, V], void, undefined> {
    for (const entry of entries) {
      const value = this.#read(entry);
      if (value !== undefined) yield [entry.key, value];
    }
  }

  #stageOne(update: KvUpdate): StagedChange<V> {
    const { kind, key, version } = update;
    if (kind !== 'put') return { kind: 'delete', key, version };
    const decoded = this.#values.decode(update);
    if ('value' in decoded) return { kind: 'put', key, value: decoded.value, version };
    return { kind: 'unreadable', key, version, error: decoded.error, lastGood: this.#lastGood(key) };
  }

  /** What reads of the key would return if the batch ended here. */
  #lastGood(key: string): V | undefined {
    const staged = this.#staged.get(key);
    if (staged === undefined) return this.get(key);
    if (staged.kind === 'delete') return undefined;
    return staged.kind === 'put' ? staged.value : staged.lastGood;
  }
}

function synchronousReader({ backend, sync }: SnapshotStore): SynchronousReader {
  if (sync !== undefined) return sync;
  throw new SlipstreamError('UNSUPPORTED', `a ${backend} fold has no synchronous reads`, {
    hint: 'Follow it with watchApplied, and read it asynchronously.',
  });
}
