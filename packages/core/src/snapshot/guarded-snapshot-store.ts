import type { WatchCursor } from '../cursor/watch-cursor.js';
import { closedError, SlipstreamError } from '../errors/slipstream-error.js';
import type { KvEntry, KvUpdate } from '../kv/kv-entry.js';
import { Mutex } from '../lifetime/mutex.js';
import { nextCursor } from '../protocol/next-cursor.js';
import { assertUpdates } from './assert-updates.js';
import { OpenRanges } from './open-ranges.js';
import type { SnapshotCapabilities } from './snapshot-capabilities.js';
import type { SnapshotDriver } from './snapshot-driver.js';
import type {
  CheckpointOptions,
  RangeOptions,
  SnapshotStats,
  SnapshotStore,
  SynchronousReader,
} from './snapshot-store.js';

/** Makes a complete {@link SnapshotStore} of a driver. */
export function guardSnapshotStore(driver: SnapshotDriver): SnapshotStore {
  return new GuardedSnapshotStore(driver);
}

/** What no engine should have to repeat: checks, order, the cursor's rule, lifetime. */
class GuardedSnapshotStore implements SnapshotStore {
  readonly #driver: SnapshotDriver;
  readonly #writes = new Mutex();
  readonly #ranges: OpenRanges;
  readonly #openCopies = new Set<Promise<void>>();
  #cursor: WatchCursor;
  #closing: Promise<void> | undefined;

  readonly sync: SynchronousReader;
  readonly checkpoint?: (directory: string, options?: CheckpointOptions) => Promise<void>;
  readonly settle?: () => Promise<void>;

  constructor(driver: SnapshotDriver) {
    this.#driver = driver;
    this.#cursor = driver.cursor;
    this.#ranges = new OpenRanges(driver, () => this.#assertOpen());
    const get = (key: string): KvEntry | undefined => {
      this.#assertOpen();
      return driver.get(key);
    };
    this.sync =
      driver.range === undefined
        ? { get }
        : { get, range: (prefix, options) => this.#ranges.iterate(prefix, options) };
    if (driver.checkpoint !== undefined) {
      this.checkpoint = (directory, options) => this.#checkpoint(directory, options);
    }
    if (driver.settle !== undefined) this.settle = () => this.#exclusive(() => driver.settle?.());
  }

  get backend(): string {
    return this.#driver.backend;
  }

  get formatVersion(): string {
    return this.#driver.formatVersion;
  }

  get capabilities(): SnapshotCapabilities {
    return this.#driver.capabilities;
  }

  get catchUpBatch(): number | undefined {
    return this.#driver.catchUpBatch;
  }

  get cursor(): WatchCursor {
    return this.#cursor;
  }

  async apply(updates: readonly KvUpdate[], cursor: WatchCursor): Promise<void> {
    assertUpdates(updates, this.#driver.location);
    await this.#exclusive(async () => {
      const next = nextCursor(this.#cursor, cursor);
      if (updates.length === 0 && next.toString() === this.#cursor.toString()) return;
      try {
        await this.#driver.commit(updates, next);
      } catch (error) {
        throw SlipstreamError.from(error, 'STORE_FAILED', `${this.#name}: a commit failed: ${String(error)}`);
      }
      this.#cursor = next;
    });
  }

  async get(key: string): Promise<KvEntry | undefined> {
    return this.sync.get(key);
  }

  async getMany(keys: readonly string[]): Promise<readonly (KvEntry | undefined)[]> {
    this.#assertOpen();
    return keys.map((key) => this.#driver.get(key));
  }

  range(prefix: string, options?: RangeOptions): AsyncGenerator<KvEntry, void, undefined> {
    return this.#ranges.iteratePages(prefix, options);
  }

  keys(prefix: string, options?: RangeOptions): AsyncGenerator<string, void, undefined> {
    return this.#ranges.iterateKeyPages(prefix, options);
  }

  async stats(): Promise<SnapshotStats> {
    this.#assertOpen();
    return this.#driver.stats();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  get #name(): string {
    return `${this.#driver.backend} fold ${this.#driver.location}`;
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw closedError(this.#name);
  }

  async #exclusive<T>(task: () => T | Promise<T>): Promise<T> {
    this.#assertOpen();
    return this.#writes.run(task);
  }

  /** Holds commits up only until the engine has its snapshot. */
  async #checkpoint(directory: string, { onSnapshot }: CheckpointOptions = {}): Promise<void> {
    const { promise: isHeld, resolve: held } = Promise.withResolvers<void>();
    const { copy } = await this.#exclusive(async () => {
      const copying = Promise.resolve(this.#driver.checkpoint?.(directory, held));
      this.#openCopies.add(copying);
      const forget = (): void => void this.#openCopies.delete(copying);
      copying.then(forget, forget);
      await Promise.race([isHeld, copying]);
      // In an object: a bare promise would be waited for, and commits with it.
      return { copy: copying };
    });
    onSnapshot?.();
    await copy;
  }

  async #close(): Promise<void> {
    await this.#writes.idle();
    await Promise.allSettled(this.#openCopies);
    await this.#ranges.close();
    await this.#driver.close();
  }
}
