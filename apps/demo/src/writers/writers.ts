import { abortedError, type KvWriter } from '@slipstream/core';
import type { Ledger } from '../ledger/ledger.js';
import { Pacer } from '../lifetime/pacer.js';
import type { RouteChange } from '../routes/route-changes.js';

/** What one connection keeps under way. */
const WRITERS = 64;

/** How changes are written. */
export interface WriteOptions {
  /** @defaultValue as fast as the bucket takes them */
  readonly ratePerSecond?: number | undefined;
  /** Ends the writing early; what is under way is still waited for. */
  readonly until?: AbortSignal | undefined;
}

/** Write changes to the bucket, and enter each in the ledger with the revision it was given. */
export class Writers {
  readonly #writer: KvWriter;
  readonly #ledger: Ledger;
  readonly #signal: AbortSignal;
  readonly #encoder = new TextEncoder();

  constructor(writer: KvWriter, ledger: Ledger, signal: AbortSignal) {
    this.#writer = writer;
    this.#ledger = ledger;
    this.#signal = signal;
  }

  /**
   * Makes the changes and resolves when the last is acknowledged: the ledger is complete then.
   * @throws what the bucket refused a change with
   */
  async write(
    changes: Iterable<RouteChange>,
    { ratePerSecond = Number.POSITIVE_INFINITY, until }: WriteOptions = {},
  ): Promise<void> {
    const failure = new AbortController();
    const signal = AbortSignal.any([this.#signal, failure.signal, ...(until === undefined ? [] : [until])]);
    const pacer = new Pacer(ratePerSecond);
    const rest = changes[Symbol.iterator]();
    const writer = async (): Promise<void> => {
      while (await pacer.turn(signal)) {
        const next = rest.next();
        if (next.done) return;
        await this.#write(next.value).catch((error: unknown) => failure.abort(error));
      }
    };
    await Promise.all(Array.from({ length: WRITERS }, writer));
    if (failure.signal.aborted) throw failure.signal.reason;
    if (this.#signal.aborted) throw abortedError(this.#signal, 'writing');
  }

  async #write({ key, value }: RouteChange): Promise<void> {
    const sentAtMs = performance.now();
    const version =
      value === undefined
        ? await this.#writer.delete(key)
        : await this.#writer.put(key, this.#encoder.encode(value));
    this.#ledger.add({ key, value, revision: Number(version.revision), sentAtMs });
  }
}
