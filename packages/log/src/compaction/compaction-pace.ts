import type { LogFile } from '../append-log/log-file.js';

/**
 * Bytes to be copied for each byte that is appended meanwhile; else the append waits. With 2 a compaction ends at the
 * latest when as much was appended as was live.
 */
const COPIED_PER_APPENDED = 2;

/**
 * Keeps appends from outrunning a compaction: it has to copy what they add, and at full speed of the appends would
 * never end, while the log grows.
 */
export class CompactionPace {
  readonly #source: LogFile;
  readonly #start: number;
  #copied = 0;
  #hasEnded = false;
  #caughtUp: PromiseWithResolvers<void> | undefined;

  /** @param source - What is compacted, as it is when that begins. */
  constructor(source: LogFile) {
    this.#source = source;
    this.#start = source.tail.length;
  }

  /** @param copied - What the compaction has copied so far, in bytes. */
  advance(copied: number): void {
    this.#copied = copied;
    this.#wake();
  }

  /** The compaction is over, well or not. */
  end(): void {
    this.#hasEnded = true;
    this.#wake();
  }

  /** Resolves when an append may come. */
  async keep(): Promise<void> {
    while (this.#isBehind) {
      this.#caughtUp ??= Promise.withResolvers();
      await this.#caughtUp.promise;
    }
  }

  get #isBehind(): boolean {
    const appended = this.#source.tail.length - this.#start;
    return !this.#hasEnded && this.#copied < COPIED_PER_APPENDED * appended;
  }

  #wake(): void {
    if (this.#caughtUp === undefined || this.#isBehind) return;
    this.#caughtUp.resolve();
    this.#caughtUp = undefined;
  }
}
