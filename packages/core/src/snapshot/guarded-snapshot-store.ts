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

/** Makes a complete {@link SnapshotStore} from a driver. */
export function guardSnapshotStore(driver: SnapshotDriver): SnapshotStore {
  return new GuardedSnapshotStore(driver);
}

/** What no engine should have to repeat: checks, order, the cursor's rule, errors and lifetime. */
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
    this.#ranges = new OpenRanges(driver, {
      assertOpen: () => this.#assertOpen(),
      failure: (error, what) => this.#failure(error, what),
    });
    const get = (key: string): KvEntry | undefined => {
      this.#assertOpen();
      try {
        return driver.get(key);
      } catch (error) {
        throw this.#failure(error, `reading key ${JSON.stringify(key)}`);
      }
    };
    this.sync =
      driver.range === undefined
        ? { get }
        : { get, range: (prefix, options) => this.#ranges.iterate(prefix, options) };
    if (driver.checkpoint !== undefined) {
      this.checkpoint = (directory, options) => this.#checkpoint(directory, options);
    }
    if (driver.settle !== undefined) {
      this.settle = () => this.#exclusive(() => this.#attempt('settling', () => driver.settle?.()));
    }
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
        throw this.#engineFailure(error, `a commit (updates: ${updates.length})`);
      }
      this.#cursor = next;
    });
  }

  async get(key: string): Promise<KvEntry | undefined> {
    return this.sync.get(key);
  }

  async getMany(keys: readonly string[]): Promise<readonly (KvEntry | undefined)[]> {
    this.#assertOpen();
    return keys.map((key) => this.sync.get(key));
  }

  range(prefix: string, options?: RangeOptions): AsyncGenerator<KvEntry, void, undefined> {
    return this.#ranges.iteratePages(prefix, options);
  }

  keys(prefix: string, options?: RangeOptions): AsyncGenerator<string, void, undefined> {
    return this.#ranges.iterateKeyPages(prefix, options);
  }

  async stats(): Promise<SnapshotStats> {
    this.#assertOpen();
    return this.#attempt('measuring its size', () => this.#driver.stats());
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

  /** Commits wait only until the engine has its snapshot. */
  async #checkpoint(directory: string, { onSnapshot }: CheckpointOptions = {}): Promise<void> {
    const { promise: isHeld, resolve: held } = Promise.withResolvers<void>();
    const { copy } = await this.#exclusive(async () => {
      const copying = this.#attempt(`a checkpoint into ${directory}`, () =>
        this.#driver.checkpoint?.(directory, held),
      );
      this.#openCopies.add(copying);
      const forget = (): void => void this.#openCopies.delete(copying);
      copying.then(forget, forget);
      await Promise.race([isHeld, copying]);
      // In an object: a bare promise would be awaited, and commits would wait for it.
      return { copy: copying };
    });
    onSnapshot?.();
    await copy;
  }

  async #close(): Promise<void> {
    await this.#writes.idle();
    await Promise.allSettled(this.#openCopies);
    await this.#attempt('closing', async () => {
      try {
        await this.#ranges.close();
      } finally {
        await this.#driver.close();
      }
    });
  }

  async #attempt<T>(what: string, task: () => T | Promise<T>): Promise<T> {
    try {
      return await task();
    } catch (error) {
      throw this.#failure(error, what);
    }
  }

  /** Mistakes in arguments that only the driver notices pass. The arguments of a commit were checked before. */
  #failure(error: unknown, what: string): unknown {
    if (error instanceof TypeError || error instanceof RangeError) return error;
    return this.#engineFailure(error, what);
  }

  #engineFailure(error: unknown, what: string): SlipstreamError {
    if (SlipstreamError.is(error)) return error;
    const attempt = `${this.#name}: ${what}`;
    const mapped = this.#driver.mapError?.(error, attempt) ?? error;
    const reason = error instanceof Error ? error.message : String(error);
    return SlipstreamError.from(mapped, 'STORE_FAILED', `${attempt} failed: ${reason}`);
  }
}
