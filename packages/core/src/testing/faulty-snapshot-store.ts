import type { WatchCursor } from '../cursor/watch-cursor.js';
import { SlipstreamError } from '../errors/slipstream-error.js';
import type { KvEntry, KvUpdate } from '../kv/kv-entry.js';
import type { SnapshotCapabilities } from '../snapshot/snapshot-capabilities.js';
import type {
  CheckpointOptions,
  RangeOptions,
  SnapshotStats,
  SnapshotStore,
  SynchronousReader,
} from '../snapshot/snapshot-store.js';

/** One call of `apply`, in the order they came. */
export interface RecordedApply {
  readonly updates: readonly KvUpdate[];
  readonly cursor: WatchCursor;
  /** Whether it was committed; `undefined` while it runs. */
  committed: boolean | undefined;
}

/** A commit that is held up. */
export interface HeldApply {
  /** Resolves when the next `apply` has reached the gate. */
  readonly entered: Promise<void>;
  /** Lets it go on. */
  release(): void;
}

/** The commit that a failing `apply` makes, or not. */
export type FaultPoint = 'before-commit' | 'after-commit';

/** What a commit fails with unless told otherwise: a full disk. */
export function diskFullError(): SlipstreamError {
  return new SlipstreamError('STORE_FAILED', 'faulty store: no space left on device');
}

/**
 * A fold that fails on command, around a working one. Everything that it is not told to break goes through;
 * every `apply` is recorded, the failed ones too.
 */
export class FaultySnapshotStore implements SnapshotStore {
  readonly applies: RecordedApply[] = [];
  readonly checkpoint?: (directory: string, options?: CheckpointOptions) => Promise<void>;
  readonly settle?: () => Promise<void>;
  readonly #inner: SnapshotStore;
  #failures: { readonly error: unknown; readonly at: FaultPoint; remaining: number } | undefined;
  #gate: { readonly enter: () => void; readonly released: Promise<void> } | undefined;

  constructor(inner: SnapshotStore) {
    this.#inner = inner;
    const { checkpoint, settle } = inner;
    if (checkpoint !== undefined) {
      this.checkpoint = (directory, options) => checkpoint.call(inner, directory, options);
    }
    if (settle !== undefined) this.settle = () => settle.call(inner);
  }

  /**
   * The next `times` applies fail with `error`: before anything is written, or after the commit as when the
   * answer is lost.
   */
  failNext(times: number = 1, error: unknown = diskFullError(), at: FaultPoint = 'before-commit'): void {
    this.#failures = { error, at, remaining: times };
  }

  /** Every apply fails from now on, until {@link heal}. */
  failAlways(error: unknown = diskFullError()): void {
    this.failNext(Number.POSITIVE_INFINITY, error);
  }

  heal(): void {
    this.#failures = undefined;
  }

  /** Holds the next `apply` before it commits. */
  holdNext(): HeldApply {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
    this.#gate = { enter, released };
    return { entered, release };
  }

  async apply(updates: readonly KvUpdate[], cursor: WatchCursor): Promise<void> {
    const record: RecordedApply = { updates: [...updates], cursor, committed: undefined };
    this.applies.push(record);
    const gate = this.#gate;
    this.#gate = undefined;
    gate?.enter();
    await gate?.released;
    const failure = this.#takeFailure();
    try {
      if (failure?.at === 'before-commit') throw failure.error;
      await this.#inner.apply(updates, cursor);
      record.committed = true;
    } finally {
      record.committed ??= false;
    }
    if (failure !== undefined) throw failure.error;
  }

  get backend(): string {
    return this.#inner.backend;
  }

  get formatVersion(): string {
    return this.#inner.formatVersion;
  }

  get capabilities(): SnapshotCapabilities {
    return this.#inner.capabilities;
  }

  get catchUpBatch(): number | undefined {
    return this.#inner.catchUpBatch;
  }

  get cursor(): WatchCursor {
    return this.#inner.cursor;
  }

  get sync(): SynchronousReader | undefined {
    return this.#inner.sync;
  }

  get(key: string): Promise<KvEntry | undefined> {
    return this.#inner.get(key);
  }

  getMany(keys: readonly string[]): Promise<readonly (KvEntry | undefined)[]> {
    return this.#inner.getMany(keys);
  }

  range(prefix: string, options?: RangeOptions): AsyncIterable<KvEntry> {
    return this.#inner.range(prefix, options);
  }

  keys(prefix: string, options?: RangeOptions): AsyncIterable<string> {
    return this.#inner.keys(prefix, options);
  }

  stats(): Promise<SnapshotStats> {
    return this.#inner.stats();
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #takeFailure(): { readonly error: unknown; readonly at: FaultPoint } | undefined {
    if (this.#failures === undefined || this.#failures.remaining === 0) return undefined;
    this.#failures.remaining -= 1;
    return this.#failures;
  }
}
