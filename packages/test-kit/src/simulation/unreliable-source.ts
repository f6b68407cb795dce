import {
  type KvReader,
  type KvRequestOptions,
  type KvStatus,
  type KvStore,
  type KvWatcher,
  type KvWatchOptions,
  resumeWindowOk,
  SlipstreamError,
  sleep,
  type WatchChunk,
  WatchCursor,
  type WatchScope,
} from '@slipstream/core';
import type { SimulatedSource, SimulatedWorld } from './simulation-definition.js';

// Mostly at once; never as long as the deadline of a request.
const LATENCIES_MS = [0, 0, 0, 0, 1, 30, 4_000] as const;
const SKIPPED_BY_LISTING = 0.1;
const SPLIT_CHUNKS = 0.5;
const VAGUE = 0.8;

/**
 * A source as it looks from a node: with latencies, failing requests, connections that die with and without
 * being noticed, and listings that skip a key, as paged ones do while others write.
 */
export class UnreliableSource implements KvStore {
  readonly name: string;
  readonly capabilities: KvStore['capabilities'];
  readonly reader: KvReader;
  readonly watcher: KvWatcher;
  readonly #inner: SimulatedSource;
  readonly #world: SimulatedWorld;
  readonly #connections = new Set<(noticedAfterMs: number | undefined) => () => void>();
  #failures = 0;
  #isHealthy = false;

  constructor(inner: SimulatedSource, world: SimulatedWorld) {
    this.#inner = inner;
    this.#world = world;
    this.name = inner.name;
    this.capabilities = inner.capabilities;
    const { reader } = inner;
    this.reader = {
      get: (key, options) => this.#request(() => reader.get(key, options), options),
      entry: (key, options) => this.#request(() => reader.entry(key, options), options),
      keys: (prefix, options) => this.#listing(reader.keys(prefix, options), options),
      scan: (prefix, options) => reader.scan(prefix, options),
    };
    if (reader.knownKeys !== undefined) {
      this.reader.knownKeys = (prefix, options) =>
        this.#listing(reader.knownKeys?.(prefix, options) ?? [], options);
    }
    this.watcher = { watch: (scope, options) => this.#watch(scope, options) };
  }

  failNext(count: number): void {
    this.#failures = count;
  }

  /** The current connections deliver nothing any more; their watches break after this long. */
  cut(noticedAfterMs: number): void {
    for (const cut of this.#connections) cut(noticedAfterMs);
  }

  /** The current connections deliver nothing any more; their watches break when the returned function is called. */
  freeze(): () => void {
    const breaks = [...this.#connections].map((cut) => cut(undefined));
    return () => {
      for (const breakNow of breaks) breakNow();
    };
  }

  /** No more faults of its own. */
  heal(): void {
    this.#failures = 0;
    this.#isHealthy = true;
  }

  status(options?: KvRequestOptions): Promise<KvStatus> {
    return this.#request(() => this.#inner.status(options), options);
  }

  async close(): Promise<void> {
    this.cut(0);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #request<T>(answer: () => T | Promise<T>, options: KvRequestOptions | undefined): Promise<T> {
    await this.#latency(options?.signal);
    if (this.#failures > 0) {
      this.#failures -= 1;
      throw new SlipstreamError('UNAVAILABLE', `${this.name}: no responders`);
    }
    const answered = await answer();
    await this.#latency(options?.signal);
    return answered;
  }

  async #latency(signal: AbortSignal | undefined): Promise<void> {
    const { clock, random } = this.#world;
    const ms = this.#isHealthy ? 0 : LATENCIES_MS[Math.floor(random() * LATENCIES_MS.length)];
    if (ms !== undefined && ms > 0) await sleep(clock, ms, signal);
  }

  async *#listing(
    keys: AsyncIterable<string> | Iterable<string>,
    options: KvRequestOptions | undefined,
  ): AsyncGenerator<string, void, undefined> {
    const listed = await this.#request(async () => {
      const all: string[] = [];
      for await (const key of keys) all.push(key);
      return all;
    }, options);
    for (const key of listed) {
      if (this.#isHealthy || this.#world.random() >= SKIPPED_BY_LISTING) yield key;
    }
  }

  async *#watch(scope: WatchScope, options?: KvWatchOptions): AsyncGenerator<WatchChunk, void, undefined> {
    const open = (from: KvWatchOptions | undefined): AsyncIterator<WatchChunk> =>
      this.#inner.watcher.watch(scope, from)[Symbol.asyncIterator]();
    let watch = await this.#request(() => open(options), options);
    const { promise: died, reject } = Promise.withResolvers<never>();
    died.catch(() => undefined);
    let isDead = false;
    const cut = (noticedAfterMs: number | undefined): (() => void) => {
      isDead = true;
      const notice = (): void =>
        reject(new SlipstreamError('WATCH_FAILED', `${this.name}: the connection was lost`));
      if (noticedAfterMs !== undefined) this.#world.clock.after(noticedAfterMs, notice);
      return notice;
    };
    this.#connections.add(cut);
    let position = options?.resume ?? WatchCursor.none;
    let mayLackDeletes = false;
    let hasDelivered = false;
    try {
      for (;;) {
        const pulling = isDead ? died : Promise.race([watch.next(), died]);
        const pull = await pulling.catch(async (error: unknown) => {
          if (!hasDelivered || !(await this.#isVague(error, position))) throw error;
          return undefined;
        });
        if (pull === undefined) {
          mayLackDeletes = true;
          watch = open({ ...options, resume: position });
          continue;
        }
        await this.#latency(options?.signal);
        // What was on its way when the connection died does not arrive.
        if (isDead) await died;
        if (pull.done) return;
        yield* this.#pieces({ ...pull.value, mayLackDeletes }, position);
        mayLackDeletes = false;
        position = pull.value.cursor;
        hasDelivered ||= !position.isNone;
      }
    } finally {
      this.#connections.delete(cut);
      void watch.return?.();
    }
  }

  /**
   * Whether the watch goes on, and only says that deletes may be missing, as a source does that cannot know. It may
   * where the floor has not passed the position: then it was markers that left the log.
   */
  async #isVague(error: unknown, { revision, epoch }: WatchCursor): Promise<boolean> {
    if (revision === undefined || !SlipstreamError.is(error, 'CURSOR_EXPIRED')) return false;
    const log = await this.#inner.status();
    const isWhole = log.epoch === epoch && resumeWindowOk(revision, log.firstRevision);
    return isWhole && this.#world.random() < VAGUE;
  }

  /** A chunk, or one for each of its updates: how much arrives at once is anybody's guess. */
  *#pieces(chunk: WatchChunk, previous: WatchCursor): Iterable<WatchChunk> {
    const { updates, cursor, pending, mayLackDeletes } = chunk;
    const { epoch } = cursor;
    // Nobody knows the source's time in between: the last one known is on the safe side.
    const at = previous.epoch === epoch ? previous.at : undefined;
    const isWhole = this.#isHealthy || updates.length < 2 || this.#world.random() >= SPLIT_CHUNKS;
    if (isWhole) return yield chunk;
    for (const [index, update] of updates.slice(0, -1).entries()) {
      const left = pending === undefined ? undefined : pending + updates.length - index - 1;
      yield {
        updates: [update],
        cursor: WatchCursor.of({ version: update.version, epoch, at }),
        pending: left,
        // What may be missing lies before the first.
        mayLackDeletes: index === 0 && mayLackDeletes === true,
      };
    }
    yield { ...chunk, updates: updates.slice(-1), mayLackDeletes: false };
  }
}
