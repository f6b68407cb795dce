import { exportArtifact } from '@slipstream/artifact';
import {
  all,
  openReplica,
  prefix,
  type Replica,
  type ReplicaEvent,
  SlipstreamError,
  type SnapshotStore,
  verifyFold,
  type WatchScope,
} from '@slipstream/core';
import { connectNats } from '@slipstream/nats';
import type { ReadAnswer } from '../oracle/judge-read.js';
import { connectSource } from './connect-source.js';
import { loadEngine } from './load-engine.js';
import type {
  ArtifactForm,
  NodeMessage,
  NodeSettings,
  NodeState,
  OpenedFold,
  TableRow,
} from './node-protocol.js';
import { openFold } from './open-fold.js';

/** One process's replica, and what the soak asks of it. */
export class SoakNode {
  readonly #settings: NodeSettings;
  readonly #fold: SnapshotStore;
  readonly #tell: (message: NodeMessage) => void;
  #attached: Replica<Uint8Array> | undefined;
  /** Attachments to the source. */
  #sessions = 0;

  private constructor(settings: NodeSettings, fold: SnapshotStore, tell: (message: NodeMessage) => void) {
    this.#settings = settings;
    this.#fold = fold;
    this.#tell = tell;
  }

  /** Opens the fold. @param tell - Gets what happens without having been asked for. */
  static async open(settings: NodeSettings, tell: (message: NodeMessage) => void): Promise<SoakNode> {
    return new SoakNode(settings, await openFold(settings), tell);
  }

  /** The fold as it was found. */
  async opened(): Promise<OpenedFold> {
    return { cursor: this.#fold.cursor.toString(), rows: await tableOf(this.#fold) };
  }

  /** Follows the bucket from where the fold stands. */
  async attach(): Promise<void> {
    const { url, bucket, verifyOnResume } = this.#settings;
    const replica = await openReplica({
      source: connectSource(url, bucket),
      scope: scopeOf(this.#settings),
      store: this.#fold,
      observer: (event) => this.#observe(event),
      onVanished: 'delete',
      verifyOnResume,
      reattach: { maxDelayMs: 1_000 },
      storeRetry: { maxDelayMs: 500 },
    });
    replica.ready.catch(() => undefined);
    replica.done.catch((error: unknown) => {
      const { code } = SlipstreamError.from(error, 'WATCH_FAILED');
      this.#tell({ type: 'failed', code, error: String(error) });
    });
    this.#attached = replica;
  }

  get state(): NodeState {
    const { state, cursor } = this.#replica;
    return { state: state.name, cursor: cursor.toString(), sessions: this.#sessions };
  }

  read(key: string): ReadAnswer {
    // Before the read: what is read is then at least as new.
    const applied = this.#replica.cursor.toString();
    const entry = this.#replica.entry(key);
    if (entry === undefined) return { applied, row: undefined };
    const { version, value } = entry;
    return { applied, row: { revision: Number(version.revision), value: new TextDecoder().decode(value) } };
  }

  /** All that begins with `start`, in one read: two reads may see two states. */
  async group(start: string): Promise<[key: string, value: string][]> {
    const decoder = new TextDecoder();
    const entries: [key: string, value: string][] = [];
    for await (const [key, value] of this.#replica.scan(start)) entries.push([key, decoder.decode(value)]);
    return entries;
  }

  /** The whole fold as it is on disk, between two commits. */
  table(): Promise<TableRow[]> {
    return this.#replica.between(() => tableOf(this.#fold));
  }

  /** Mends what no watch can see; resolves to the keys that it took. */
  async scrub(): Promise<number> {
    const { url, bucket } = this.#settings;
    await using client = await connectNats({ servers: url });
    const source = await client.bucket(bucket, { create: false });
    return await this.#replica.between(async (fold) => {
      if (fold === undefined) throw new Error('the replica has no fold');
      const { repaired } = await verifyFold(source, fold, {
        scope: scopeOf(this.#settings),
        values: true,
        repair: true,
      });
      return repaired;
    });
  }

  /** Exports the fold while the replica goes on. */
  async export(directory: string, form: ArtifactForm): Promise<{ entries: number; cursor: string }> {
    const { bucket, engine } = this.#settings;
    const { entries, cursor } = await exportArtifact(this.#replica, directory, {
      bucket,
      ...(form === 'portable' ? { form } : { form, backend: await loadEngine(engine) }),
    });
    return { entries, cursor: cursor.toString() };
  }

  async close(): Promise<void> {
    await this.#attached?.close();
    await this.#fold.close();
  }

  get #replica(): Replica<Uint8Array> {
    if (this.#attached === undefined) throw new Error('the node was not attached');
    return this.#attached;
  }

  #observe(event: ReplicaEvent): void {
    if (event.type === 'batch-applied') {
      this.#tell({ type: 'applied', cursor: event.cursor.toString(), updates: event.updates });
    } else if (event.type === 'fold-reconciled') {
      this.#tell({ type: 'reconciled', reason: event.reason, vanished: event.vanished.length });
    } else if (event.type === 'store-retried') {
      this.#tell({ type: 'refused', error: String(event.error) });
    } else if (event.type === 'session-started') {
      this.#sessions += 1;
    }
  }
}

async function tableOf(fold: SnapshotStore): Promise<TableRow[]> {
  const rows: TableRow[] = [];
  const decoder = new TextDecoder();
  for await (const { key, value, version } of fold.range('')) {
    rows.push([key, Number(version.revision), decoder.decode(value)]);
  }
  return rows;
}

function scopeOf({ prefix: followed }: NodeSettings): WatchScope {
  return followed === undefined ? all() : prefix(followed);
}
