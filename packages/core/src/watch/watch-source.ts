import { SlipstreamError } from '../errors/slipstream-error.js';
import type { KvStore } from '../kv/kv-store.js';
import type { KvWatcher } from '../kv/kv-watcher.js';
import { waitOrAbort } from '../lifetime/wait-or-abort.js';
import type { SourceProvider } from './watch-options.js';

/** A source that can be watched. */
export type WatchableStore = KvStore & { readonly watcher: KvWatcher };

/** The source of a watch: borrowed when it was given open, owned when it was given as a function. */
export class WatchSource {
  readonly #provider: SourceProvider;
  #opened: KvStore | undefined;

  constructor(provider: SourceProvider) {
    this.#provider = provider;
  }

  /** The source, opened if need be. @throws what the provider throws; `UNSUPPORTED` */
  async open(signal: AbortSignal): Promise<WatchableStore> {
    this.#opened ??= await this.#open(signal);
    if (isWatchable(this.#opened)) return this.#opened;
    throw new SlipstreamError('UNSUPPORTED', `source ${this.#opened.name} cannot be watched`);
  }

  /**
   * Whether re-attaching can succeed after `error`: what a retry can resolve, and a source that was closed under the
   * watch if it can be reopened.
   */
  canRetry(error: SlipstreamError): boolean {
    return error.recovery === 'retry' || (error.code === 'CLOSED' && typeof this.#provider === 'function');
  }

  /** Closes what was opened, so that the next attachment opens another. @throws what closing fails with */
  async forget(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    if (typeof this.#provider === 'function') await opened?.close();
  }

  #open(signal: AbortSignal): KvStore | Promise<KvStore> {
    if (typeof this.#provider !== 'function') return this.#provider;
    return waitOrAbort(this.#provider(signal), signal, 'opening the source', closeUnheard);
  }
}

/** A source that opened too late is closed; a failure of that has no caller to report it to. */
async function closeUnheard(late: KvStore): Promise<void> {
  await late.close().catch(() => undefined);
}

function isWatchable(source: KvStore): source is WatchableStore {
  return source.watcher !== undefined;
}
