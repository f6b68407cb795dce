import { closedError } from '../errors/slipstream-error.js';
import type { KvCapabilities } from '../kv/kv-capabilities.js';
import type { KvEntry, KvUpdate } from '../kv/kv-entry.js';
import type { KvReader } from '../kv/kv-reader.js';
import type { KvRequestOptions } from '../kv/kv-request-options.js';
import type { KvStatus } from '../kv/kv-status.js';
import type { KvStore } from '../kv/kv-store.js';
import type { KvWatcher, KvWatchOptions, WatchChunk } from '../kv/kv-watcher.js';
import { waitOrAbort } from '../lifetime/wait-or-abort.js';
import type { WatchScope } from '../scope/watch-scope.js';
import { ScriptedWatch } from './scripted-watch.js';
import { TEST_EPOCH, TEST_TIME } from './updates.js';

/** What can be asked of a {@link ScriptedSource}. */
export type ScriptedOperation = 'watch' | 'get' | 'entry' | 'keys' | 'scan' | 'status';

/** One request, in the order they came. */
export interface ScriptedRequest {
  readonly operation: ScriptedOperation;
  /** The key or prefix; for a watch, its scope in words; else empty. */
  readonly argument: string;
}

export interface ScriptedSourceOptions {
  /** @defaultValue `scripted` */
  readonly name?: string | undefined;
  /** @defaultValue {@link TEST_EPOCH} */
  readonly epoch?: string | undefined;
  /** Called with every new attachment before it yields anything, to script it. */
  readonly onAttach?: ((watch: ScriptedWatch) => void) | undefined;
}

type Fault = { readonly error: unknown } | 'hang';

const capabilities: KvCapabilities = Object.freeze({
  watch: true,
  write: false,
  purge: false,
  ttl: false,
  bookmarks: true,
  epochs: true,
});

/**
 * A source whose watches yield what the test tells them, and whose reads answer from {@link contents}. Each
 * request can be made to fail, or to hang as one to a peer that has gone silent does.
 */
export class ScriptedSource implements KvStore {
  readonly name: string;
  readonly capabilities: KvCapabilities = capabilities;
  readonly reader: KvReader;
  readonly watcher: KvWatcher;
  /** The last update of every key that the log knows, markers included. */
  readonly contents: Map<string, KvUpdate> = new Map();
  /** Every attachment so far, oldest first. */
  readonly watches: ScriptedWatch[] = [];
  readonly requests: ScriptedRequest[] = [];
  /**
   * What `status` says of the log. Its last revision follows what is filled in and delivered; its keys are more
   * than any fold has, so that they give no cause for a comparison.
   */
  extent: { firstRevision: bigint; lastRevision: bigint; epoch: string; keys: number; at: number };

  readonly #onAttach: ((watch: ScriptedWatch) => void) | undefined;
  readonly #faults = new Map<ScriptedOperation, Fault[]>();
  readonly #waiting: ((watch: ScriptedWatch) => void)[] = [];
  #awaited = 0;
  #closed = false;

  constructor(options: ScriptedSourceOptions = {}) {
    this.name = options.name ?? 'scripted';
    this.extent = {
      firstRevision: 1n,
      lastRevision: 0n,
      epoch: options.epoch ?? TEST_EPOCH,
      keys: Number.POSITIVE_INFINITY,
      at: TEST_TIME,
    };
    this.#onAttach = options.onAttach;
    this.reader = {
      get: (key, request) => this.#answer('get', key, request, () => live(this.contents.get(key))),
      entry: (key, request) => this.#answer('entry', key, request, () => this.contents.get(key)),
      keys: (prefix, request) => this.#keys(prefix, request),
      scan: (prefix, request) => this.#scan(prefix, request),
    };
    this.watcher = { watch: (scope, watchOptions) => this.#watch(scope, watchOptions) };
  }

  /** Makes each `update` what the log knows last of its key. */
  fill(updates: readonly KvUpdate[]): void {
    for (const update of updates) {
      this.contents.set(update.key, update);
      this.#reach(update.version.revision);
    }
  }

  /** The next request of that kind fails with `error`; calls add up. */
  failNext(operation: ScriptedOperation, error: unknown): void {
    this.#addFault(operation, { error });
  }

  /** The next request of that kind is never answered: only its signal ends the wait. */
  hangNext(operation: ScriptedOperation): void {
    this.#addFault(operation, 'hang');
  }

  /** The next attachment that no earlier call has returned, as soon as there is one. */
  nextWatch(): Promise<ScriptedWatch> {
    const watch = this.watches[this.#awaited];
    this.#awaited += 1;
    if (watch !== undefined) return Promise.resolve(watch);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** How many attachments still run. */
  get openWatches(): number {
    return this.watches.filter((watch) => !watch.isReleased).length;
  }

  status(options?: KvRequestOptions): Promise<KvStatus> {
    return this.#answer('status', '', options, () => ({
      ...this.extent,
      messages: this.contents.size,
      bytes: 0,
      limits: {
        history: 1,
        maxBytes: undefined,
        maxAgeMs: undefined,
        maxValueBytes: undefined,
        discard: 'new',
        markerTtlMs: undefined,
        shortestMarkerTtlMs: undefined,
      },
    }));
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const watch of this.watches) if (!watch.isReleased) watch.fail(closedError(this.#label));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  get #label(): string {
    return `scripted source ${this.name}`;
  }

  #addFault(operation: ScriptedOperation, fault: Fault): void {
    const faults = this.#faults.get(operation);
    if (faults === undefined) this.#faults.set(operation, [fault]);
    else faults.push(fault);
  }

  async #answer<T>(
    operation: ScriptedOperation,
    argument: string,
    options: KvRequestOptions | undefined,
    answer: () => T,
  ): Promise<T> {
    if (this.#closed) throw closedError(this.#label);
    this.requests.push({ operation, argument });
    const fault = this.#faults.get(operation)?.shift();
    if (fault === 'hang') {
      await waitOrAbort(new Promise<never>(() => undefined), options?.signal, `${operation} ${argument}`);
    } else if (fault !== undefined) {
      throw fault.error;
    }
    return answer();
  }

  /** The log has come at least to `revision`. */
  #reach(revision: bigint = 0n): void {
    if (revision > this.extent.lastRevision) this.extent.lastRevision = revision;
  }

  async *#scan(prefix: string, options?: KvRequestOptions): AsyncGenerator<KvEntry, void, undefined> {
    const entries = await this.#answer('scan', prefix, options, () => [...this.contents.values()]);
    for (const { key, kind, value, version } of entries) {
      if (kind === 'put' && key.startsWith(prefix)) yield { key, value, version };
    }
  }

  async *#keys(prefix: string, options?: KvRequestOptions): AsyncGenerator<string, void, undefined> {
    const entries = await this.#answer('keys', prefix, options, () => [...this.contents.values()]);
    for (const { key, kind } of entries) if (kind === 'put' && key.startsWith(prefix)) yield key;
  }

  async *#watch(
    scope: WatchScope,
    { resume, afterGap = false, signal }: KvWatchOptions = {},
  ): AsyncGenerator<WatchChunk, void, undefined> {
    const watch = await this.#answer('watch', String(scope), { signal }, () => {
      const attached = new ScriptedWatch({
        scope,
        resume: resume?.isNone ? undefined : resume,
        afterGap,
        signal,
        onDelivery: ({ cursor }) => this.#reach(cursor.revision),
      });
      this.watches.push(attached);
      return attached;
    });
    this.#onAttach?.(watch);
    this.#waiting.shift()?.(watch);
    yield* watch.run();
  }
}

function live(update: KvUpdate | undefined): KvEntry | undefined {
  if (update?.kind !== 'put') return undefined;
  return { key: update.key, value: update.value, version: update.version };
}
