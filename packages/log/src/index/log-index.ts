import { type IndexedKey, KeyIndex, NO_ENTRY, NOWHERE } from '@slipstream/core';
import type { LogFile } from '../append-log/log-file.js';
import type { RecordSummary } from '../format/record.js';
import type { Slot } from './slot.js';

/** A key that a range has found, and where its record was when the range began. */
export interface IndexedSlot extends Slot {
  readonly key: string;
  /** What {@link LogIndex.move} calls it. */
  readonly entry: number;
}

/**
 * The live keys in order, each with where its record is. While a compaction moves from one log to the next, both
 * hold records: their generations are consecutive, and the lowest bit of a location tells which one is meant.
 */
export class LogIndex {
  readonly #keys = new KeyIndex();
  #logs: readonly LogFile[] = [];
  #liveBytes = 0;

  get size(): number {
    return this.#keys.size;
  }

  /** The length of all records that are live. */
  get liveBytes(): number {
    return this.#liveBytes;
  }

  /** Has records in `log` from now on. The one before the last is not referred to any more. */
  follow(log: LogFile): void {
    const logs = this.#logs.slice();
    logs[log.generation % 2] = log;
    this.#logs = logs;
  }

  get(key: string): Slot | undefined {
    const entry = this.#keys.find(key);
    return entry === NO_ENTRY ? undefined : this.#slotOf(entry);
  }

  /** What a record says: the key's new place. */
  put(key: string, log: LogFile, offset: number, length: number): void {
    this.#put(this.#keys.claim(key), log, offset, length);
  }

  /** {@link put} of a record in the body of a frame, with its key in UTF-8. */
  putRecord(
    body: Uint8Array,
    { keyStart, keyEnd, length }: RecordSummary,
    log: LogFile,
    offset: number,
  ): void {
    this.#put(this.#keys.claimBytes(body, keyStart, keyEnd), log, offset, length);
  }

  /** What a record says: the key is gone. */
  remove(key: string): void {
    this.#remove(this.#keys.find(key));
  }

  /** {@link remove} of a record in the body of a frame. */
  removeRecord(body: Uint8Array, { keyStart, keyEnd }: RecordSummary): void {
    this.#remove(this.#keys.findBytes(body, keyStart, keyEnd));
  }

  /** The entry of the key of a record in the body of a frame, if that record is the one it points to. */
  entryAt(
    body: Uint8Array,
    { keyStart, keyEnd }: RecordSummary,
    log: LogFile,
    offset: number,
  ): number | undefined {
    const entry = this.#keys.findBytes(body, keyStart, keyEnd);
    if (entry === NO_ENTRY || this.#keys.locationOf(entry) !== locationOf(log, offset)) return undefined;
    return entry;
  }

  /** Points an entry to the copy of its record, unless it has another one by now. */
  move(entry: number, from: Pick<Slot, 'log' | 'offset'>, to: Pick<Slot, 'log' | 'offset'>): void {
    if (this.#keys.locationOf(entry) !== locationOf(from.log, from.offset)) return;
    this.#keys.place(entry, locationOf(to.log, to.offset), this.#keys.lengthOf(entry));
  }

  /** In key order, as it stands at the first `next()`. */
  *range(prefix: string, after?: string): Generator<IndexedSlot, void, undefined> {
    const logs = this.#logs;
    for (const { key, entry, location, length } of this.#keys.range(prefix, after)) {
      yield { key, entry, log: logs[location % 2] as LogFile, offset: Math.floor(location / 2), length };
    }
  }

  /** The keys of {@link range}. */
  keys(prefix: string, after?: string): Iterable<Pick<IndexedKey, 'key'>> {
    return this.#keys.range(prefix, after);
  }

  #slotOf(entry: number): Slot {
    const location = this.#keys.locationOf(entry);
    return {
      log: this.#logs[location % 2] as LogFile,
      offset: Math.floor(location / 2),
      length: this.#keys.lengthOf(entry),
    };
  }

  #put(entry: number, log: LogFile, offset: number, length: number): void {
    const isNew = this.#keys.locationOf(entry) === NOWHERE;
    this.#liveBytes += length - (isNew ? 0 : this.#keys.lengthOf(entry));
    this.#keys.place(entry, locationOf(log, offset), length);
  }

  #remove(entry: number): void {
    if (entry === NO_ENTRY) return;
    this.#liveBytes -= this.#keys.lengthOf(entry);
    this.#keys.remove(entry);
  }
}

function locationOf(log: LogFile, offset: number): number {
  return offset * 2 + (log.generation % 2);
}
