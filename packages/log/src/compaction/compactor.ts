import { setImmediate } from 'node:timers/promises';
import { foldFileError } from '@slipstream/artifact/fold-directory';
import { SlipstreamError, TimeSlice } from '@slipstream/core';
import { LogDraft } from '../append-log/log-draft.js';
import type { LogFile } from '../append-log/log-file.js';
import { type LogFold, syncDirectoryIfDue } from '../log-fold.js';
import { compact } from './compaction.js';
import { CompactionPace } from './compaction-pace.js';
import { compactionDue } from './compaction-policy.js';

/** Runs the compactions of a fold: one at a time, in the background when one is due, or when asked. */
export class Compactor {
  readonly #fold: LogFold;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #pace: CompactionPace | undefined;
  #failedAtGarbage = 0;

  constructor(fold: LogFold) {
    this.#fold = fold;
  }

  /** Starts a compaction if there is enough to gain. Never throws, and waits for nothing. */
  startIfDue(): void {
    if (this.#running !== undefined || !this.#isDue()) return;
    this.run().catch((error: unknown) => {
      this.#failedAtGarbage = this.#garbage;
      if (!this.#stopping.signal.aborted) this.#fold.config.compaction.onFailure(asFailure(error));
    });
  }

  /** Compacts now, after a compaction that is running. */
  async run(): Promise<void> {
    while (this.#running !== undefined) await this.idle();
    this.#running = this.#compact().finally(() => {
      this.#running = undefined;
    });
    await this.#running;
  }

  /** Resolves when an append may come: at once, unless it would outrun a compaction. */
  async keepPace(): Promise<void> {
    await this.#pace?.keep();
  }

  /** Resolves when no compaction is running. */
  async idle(): Promise<void> {
    await this.#running?.catch(() => undefined);
  }

  /** Ends a running compaction at its next step; there will be no other. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.idle();
  }

  get #garbage(): number {
    return this.#fold.log.tail.length - this.#fold.index.liveBytes;
  }

  #isDue(): boolean {
    const { log, index, config } = this.#fold;
    const usage = { length: log.tail.length, liveBytes: index.liveBytes };
    return compactionDue(usage, config.compaction, this.#failedAtGarbage);
  }

  async #compact(): Promise<void> {
    const fold = this.#fold;
    const { fileSystem, clock } = fold.config;
    const { directory, log: source, unorderedRecords } = fold;
    const slice = new TimeSlice(clock, setImmediate);
    const pace = new CompactionPace(source);
    this.#pace = pace;
    try {
      const relocation = await compact({
        source,
        index: fold.index,
        appends: fold.appends,
        signal: this.#stopping.signal,
        slice,
        pace,
        begin: () => LogDraft.begin({ fileSystem, directory, generation: source.generation + 1 }),
        snapshot: () => {
          fold.unorderedRecords = 0;
          return fold.cursor;
        },
        swap: (log) => this.#swap(log),
      }).finally(() => pace.end());
      await relocation.moveTo(fold.log, fold.index, slice);
    } catch (error) {
      fold.unorderedRecords += unorderedRecords;
      throw foldFileError(error, `${source.path}: compacting`);
    }
    this.#failedAtGarbage = 0;
    fold.retiring = undefined;
    await this.#dispose(source);
  }

  /** From here on the new log is the fold, whatever else fails. */
  async #swap(log: LogFile): Promise<void> {
    const fold = this.#fold;
    fold.retiring = fold.log;
    fold.log = log;
    fold.index.follow(log);
    fold.directorySyncDue = true;
    // If this fails, the next commit tries again, or fails.
    await syncDirectoryIfDue(fold).catch(() => undefined);
  }

  /** Frees the old log, which is no longer needed. A file that stays is removed at the next open. */
  async #dispose(source: LogFile): Promise<void> {
    // While a power loss may take the new name, the old file is the fold that would be found.
    if (!this.#fold.directorySyncDue) {
      await this.#fold.config.fileSystem.remove(source.path).catch(() => undefined);
    }
    await source.retire().catch(() => undefined);
  }
}

function asFailure(error: unknown): SlipstreamError {
  return SlipstreamError.from(error, 'STORE_FAILED');
}
