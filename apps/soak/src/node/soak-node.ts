import { exportArtifact } from '@slipstream/artifact';
import {
  all,
  openReplica,
  prefix,
  type Replica,
  type ReplicaEvent,
  verifyFold,
  type WatchScope,
} from '@slipstream/core';
import { connectNats } from '@slipstream/nats';
import type { ReadAnswer } from '../oracle/judge-read.js';
import { connectSource } from './connect-source.js';
import type { NodeMessage, NodeSettings, NodeState, TableRow } from './node-protocol.js';
import { openFold } from './open-fold.js';

/** Attachments to the source so far. */
interface Sessions {
  count: number;
}

/** One process's replica, and what the soak asks of it. */
export class SoakNode {
  readonly #settings: NodeSettings;
  readonly #replica: Replica<Uint8Array>;
  readonly #sessions: Sessions;

  private constructor(settings: NodeSettings, replica: Replica<Uint8Array>, sessions: Sessions) {
    this.#settings = settings;
    this.#replica = replica;
    this.#sessions = sessions;
  }

  /** @param tell - Gets what happens without having been asked for. */
  static async open(settings: NodeSettings, tell: (message: NodeMessage) => void): Promise<SoakNode> {
    const sessions: Sessions = { count: 0 };
    const observe = (event: ReplicaEvent): void => {
      if (event.type === 'batch-applied') {
        tell({ type: 'applied', cursor: event.cursor.toString(), updates: event.updates });
      } else if (event.type === 'fold-reconciled') {
        tell({ type: 'reconciled', reason: event.reason, vanished: event.vanished.length });
      } else if (event.type === 'session-started') {
        sessions.count += 1;
      }
    };
    const replica = await openReplica({
      source: connectSource(settings.url, settings.bucket),
      scope: scopeOf(settings),
      store: () => openFold(settings),
      observer: observe,
      onVanished: 'delete',
      verifyOnResume: settings.verifyOnResume,
      reattach: { maxDelayMs: 1_000 },
    });
    replica.ready.catch(() => undefined);
    replica.done.catch((error: unknown) => tell({ type: 'failed', error: String(error) }));
    return new SoakNode(settings, replica, sessions);
  }

  get state(): NodeState {
    const { state, cursor } = this.#replica;
    return { state: state.name, cursor: cursor.toString(), sessions: this.#sessions.count };
  }

  read(key: string): ReadAnswer {
    // Before the read: what is read is then at least as new.
    const applied = Number(this.#replica.cursor.revision ?? 0n);
    const revision = this.#replica.entry(key)?.version.revision;
    return { applied, revision: revision === undefined ? undefined : Number(revision) };
  }

  /** The whole fold as it is on disk, between two commits. */
  table(): Promise<TableRow[]> {
    return this.#replica.between(async (fold) => {
      const rows: TableRow[] = [];
      const decoder = new TextDecoder();
      for await (const { key, value, version } of fold?.range('') ?? []) {
        rows.push([key, Number(version.revision), decoder.decode(value)]);
      }
      return rows;
    });
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

  /** In the form that every engine can import, while the replica goes on. */
  async export(directory: string): Promise<{ entries: number }> {
    const { bucket } = this.#settings;
    const { entries } = await exportArtifact(this.#replica, directory, { bucket, form: 'portable' });
    return { entries };
  }

  close(): Promise<void> {
    return this.#replica.close();
  }
}

function scopeOf({ prefix: followed }: NodeSettings): WatchScope {
  return followed === undefined ? all() : prefix(followed);
}
