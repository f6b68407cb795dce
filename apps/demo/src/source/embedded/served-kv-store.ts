import {
  type KvCapabilities,
  type KvEntry,
  type KvReader,
  type KvRequestOptions,
  type KvStatus,
  type KvStore,
  type KvUpdate,
  type KvWatcher,
  type KvWatchOptions,
  SlipstreamError,
  type WatchChunk,
  WatchCursor,
  type WatchScope,
} from '@slipstream/core';
import { decodeChunk, fromWire } from './wire-format.js';

/** A status as JSON has it. */
type WireStatus = Omit<KvStatus, 'firstRevision' | 'lastRevision'> &
  Readonly<Record<'firstRevision' | 'lastRevision', string>>;

/** The embedded bucket as a node sees it: a source of the node's own, over HTTP, that reads and watches. */
export class ServedKvStore implements KvStore {
  readonly name = 'routes';
  readonly capabilities: KvCapabilities = Object.freeze({
    watch: true,
    write: false,
    purge: false,
    ttl: false,
    bookmarks: true,
    epochs: true,
  });
  readonly reader: KvReader;
  readonly watcher: KvWatcher;
  readonly #url: string;
  readonly #closing = new AbortController();

  constructor(url: string) {
    this.#url = url;
    this.watcher = { watch: (scope, options = {}) => this.#watch(scope, options) };
    this.reader = {
      get: (key, options) => this.#get(key, options),
      entry: (key, options) => this.#entry(key, options),
      keys: (prefix, options) => this.#keys(prefix, options),
      scan: (prefix, options) => this.#scan(prefix, options),
    };
  }

  async status(options: KvRequestOptions = {}): Promise<KvStatus> {
    const status = (await this.#json('/status', options)) as WireStatus;
    return {
      ...status,
      firstRevision: BigInt(status.firstRevision),
      lastRevision: BigInt(status.lastRevision),
    };
  }

  async close(): Promise<void> {
    this.#closing.abort();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async *#watch(
    scope: WatchScope,
    { resume = WatchCursor.none, signal }: KvWatchOptions,
  ): AsyncGenerator<WatchChunk> {
    const parameters = new URLSearchParams({ resume: `${resume}` });
    for (const prefix of scope.prefixes) parameters.append('prefix', prefix);
    const { body } = await this.#fetch(`/watch?${parameters}`, { signal });
    let rest = '';
    try {
      for await (const text of (body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) yield decodeChunk(line);
      }
    } catch (error) {
      throw this.#unavailable(error);
    }
  }

  async #get(key: string, options?: KvRequestOptions): Promise<KvEntry | undefined> {
    const update = await this.#entry(key, options);
    if (update?.kind !== 'put') return undefined;
    const { key: found, value, version } = update;
    return { key: found, value, version };
  }

  async #entry(key: string, options: KvRequestOptions = {}): Promise<KvUpdate | undefined> {
    const update = await this.#json(`/entry?${new URLSearchParams({ of: key })}`, options);
    return update === null ? undefined : fromWire(update as Parameters<typeof fromWire>[0]);
  }

  async *#keys(prefix: string, options: KvRequestOptions = {}): AsyncGenerator<string> {
    yield* (await this.#json(`/keys?${new URLSearchParams({ of: prefix })}`, options)) as string[];
  }

  async *#scan(prefix: string, options?: KvRequestOptions): AsyncGenerator<KvEntry> {
    for await (const key of this.#keys(prefix, options)) {
      const entry = await this.#get(key, options);
      if (entry !== undefined) yield entry;
    }
  }

  async #json(path: string, options: KvRequestOptions): Promise<unknown> {
    return (await this.#fetch(path, options)).json();
  }

  async #fetch(path: string, { signal }: KvRequestOptions): Promise<Response> {
    const signals = signal === undefined ? [this.#closing.signal] : [this.#closing.signal, signal];
    try {
      return await fetch(this.#url + path, { signal: AbortSignal.any(signals) });
    } catch (error) {
      throw this.#unavailable(error);
    }
  }

  /** `fetch` throws a `TypeError` whatever happens; what did happen is its cause. */
  #unavailable(error: unknown): SlipstreamError {
    const cause = error instanceof TypeError ? error.cause : error;
    return SlipstreamError.from(cause, 'UNAVAILABLE', `the bucket at ${this.#url} does not answer`);
  }
}
