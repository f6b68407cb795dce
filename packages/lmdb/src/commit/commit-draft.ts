import { type KvUpdate, recordLength, type WatchCursor, writeRecord } from '@slipstream/core';
import type { ReadRecord } from '../keyspace/find-key.js';
import { encodeMeta, type FoldMeta } from '../keyspace/fold-meta.js';
import { isLong, META_KEY, ROOT_LAYER, SLICE_BYTES } from '../keyspace/key-layout.js';
import { LayerDraft } from '../keyspace/layer-draft.js';
import { ByteSlab } from './byte-slab.js';

/** One put or removal of the engine. */
export interface EngineChange {
  readonly engineKey: Buffer;
  /** `undefined`: a removal. */
  readonly record: Buffer | undefined;
}

/** Translates the updates of one commit into changes of the engine. */
export class CommitDraft {
  readonly #slab = new ByteSlab();
  readonly #shortKey = Buffer.from([...ROOT_LAYER, ...Buffer.alloc(SLICE_BYTES)]);
  readonly #commits: number;
  readonly #layers: LayerDraft;

  /** @param read - Reads what was committed before. */
  constructor(read: ReadRecord, before: FoldMeta) {
    this.#layers = new LayerDraft(read, before);
    this.#commits = before.commits + 1;
  }

  /** The change of one update; `undefined`: there is nothing to remove. Call it once per key. */
  change(update: KvUpdate): EngineChange | undefined {
    const record = this.record(update);
    const engineKey = this.#engineKey(update.key, record !== undefined);
    return engineKey && { engineKey, record };
  }

  /** What is stored of one update; `undefined`: nothing. */
  record({ kind, version, value }: KvUpdate): Buffer | undefined {
    if (kind !== 'put') return undefined;
    const record = this.#slab.take(recordLength(version, value));
    writeRecord(record, 0, version, value);
    return record;
  }

  /** The engine's key of a key that is not long, valid until the next call. Does not throw. */
  shortKey(key: string): Buffer {
    const length = this.#shortKey.write(key, ROOT_LAYER.length);
    return this.#shortKey.subarray(0, ROOT_LAYER.length + length);
  }

  /** The other changes of the commit, after those of all updates. */
  *rest(cursor: WatchCursor): Iterable<EngineChange> {
    yield* this.#layers.changes();
    const { links, nextLayer } = this.#layers;
    yield { engineKey: META_KEY, record: encodeMeta({ commits: this.#commits, cursor, links, nextLayer }) };
  }

  #engineKey(key: string, isPut: boolean): Buffer | undefined {
    if (isLong(key)) {
      const bytes = Buffer.from(key);
      return isPut ? this.#layers.place(bytes) : this.#layers.remove(bytes);
    }
    return this.shortKey(key);
  }
}
