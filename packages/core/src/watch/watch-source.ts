import { SlipstreamError } from '../errors/slipstream-error.js';
import type { KvStore, KvWatcher } from '../kv/kv-store.js';
import { waitOrAbort } from '../lifetime/abortable.js';
import type { SourceProvider } from './watch-options.js';

/** The source of a watch: borrowed when it was given open, owned when it was given as a function. */
export class WatchSource {
  readonly #provider: SourceProvider;
  #opened: KvStore | undefined;

  constructor(provider: SourceProvider) {
    this.#provider = provider;
  }

  /** The watcher, opening the source if need be. @throws what the provider throws; `UNSUPPORTED` */
  async watcher(signal: AbortSignal): Promise<KvWatcher> {
    this.#opened ??= await this.#open(signal);
    const { watcher, name } = this.#opened;
    if (watcher === undefined) throw new SlipstreamError('UNSUPPORTED', `source ${name} cannot be watched`);
    return watcher;
  }

  /**
   * Whether attaching again can succeed after `error`: whatever a retry mends, except bugs, which it would
   * only repeat, and a source that was closed under the watch if it can be opened anew.
   */
  canRetry(error: SlipstreamError): boolean {
    if (isProgrammingMistake(error.cause)) return false;
    return error.recovery === 'retry' || (error.code === 'CLOSED' && typeof this.#provider === 'function');
  }

  /** Lets go of a source that is closed, so that the next attachment opens another. */
  async forget(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    if (typeof this.#provider === 'function') await opened?.close();
  }

  #open(signal: AbortSignal): KvStore | Promise<KvStore> {
    if (typeof this.#provider !== 'function') return this.#provider;
    return waitOrAbort(this.#provider(signal), signal, 'opening the source', (late) => void late.close());
  }
}

function isProgrammingMistake(error: unknown): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
}
