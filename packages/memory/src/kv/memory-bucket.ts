import { abortedError, closedError, type KvRequestOptions, SlipstreamError } from '@slipstream/core';
import { BoundedLog } from '../log/bounded-log.js';
import type { ResolvedMemoryKvOptions } from './memory-kv-options.js';

/** What reader, writer and watches of one store share: the log of the day, and whether the store is open. */
export class MemoryBucket {
  readonly options: ResolvedMemoryKvOptions;
  #incarnation = 0;
  #log: BoundedLog;
  #closed = false;

  constructor(options: ResolvedMemoryKvOptions) {
    this.options = options;
    this.#log = this.#newLog();
  }

  get name(): string {
    return this.options.name;
  }

  /**
   * The log as of now, for one operation.
   * @throws `CLOSED`, or `ABORTED` when the operation's signal has fired.
   */
  log(what: string, { signal }: KvRequestOptions = {}): BoundedLog {
    this.#assertOpen();
    if (signal?.aborted) throw abortedError(signal, `bucket ${this.name}: ${what}`);
    this.#log.catchUp();
    return this.#log;
  }

  /** Puts an empty log of another epoch in the place of the present one, whose watches end. */
  recreate(): void {
    this.#assertOpen();
    this.#log.end(this.recreatedError());
    this.#log = this.#newLog();
  }

  /** What an operation rejects with that spans the end of a log. */
  recreatedError(): SlipstreamError {
    return new SlipstreamError('WATCH_FAILED', `bucket ${this.name} was deleted and made anew`);
  }

  close(): void {
    this.#closed = true;
    this.#log.end(closedError(`bucket ${this.name}`));
  }

  #assertOpen(): void {
    if (this.#closed) throw closedError(`bucket ${this.name}`);
  }

  #newLog(): BoundedLog {
    const { name, limits, clock, random } = this.options;
    this.#incarnation += 1;
    const chance = Math.floor(random() * 0x1_0000_0000).toString(16);
    const epoch = `${new Date(clock.now()).toISOString()}/${this.#incarnation}/${chance}`;
    return new BoundedLog({ name, epoch, limits, clock });
  }
}
