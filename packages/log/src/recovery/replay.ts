import { damagedFoldError } from '@slipstream/artifact/fold-directory';
import { type TimeSlice, WatchCursor } from '@slipstream/core';
import { FrameReader, tailAfterFrame, type VerifiedFrame } from '../append-log/frame-reader.js';
import type { LogFile } from '../append-log/log-file.js';
import { EMPTY_TAIL, type LogTail } from '../append-log/log-tail.js';
import { FRAME_HEADER_BYTES } from '../format/frame.js';
import { summarizeRecord } from '../format/record.js';
import type { LogIndex } from '../index/log-index.js';

/** Records between two checks of the clock. */
const RECORDS_PER_CHECK = 512;

/** Of one commit. Few have more. */
const HELD_BYTES = 8 * 1024 * 1024;

/** What the frames of a log add up to. */
export interface Replay {
  /** After the last whole commit; `undefined` when there is none. */
  readonly tail: LogTail | undefined;
  readonly cursor: WatchCursor;
  /**
   * Up to here the log itself proves what was flushed: the end of the first commit, without which it would not
   * have its name, or of a later, empty one that states it for everything before.
   */
  readonly sealedLength: number;
  /** Offset of the first byte that is not part of a valid frame: the end of the file, or less. */
  readonly validLength: number;
  /** Records after the first commit, whose records are in key order. */
  readonly unorderedRecords: number;
}

/** How to replay. */
export interface ReplayOptions {
  readonly fileLength: number;
  /** Empty; filled with what the commits say. */
  readonly index: LogIndex;
  readonly slice: TimeSlice;
}

/** Reads a log from its start and applies every whole commit. */
export async function replayLog(log: LogFile, options: ReplayOptions): Promise<Replay> {
  const reader = new FrameReader(log.file, log.seed, options.fileLength);
  let committed: LogTail | undefined;
  let cursor = WatchCursor.none;
  let sealedLength = 0;
  let unorderedRecords = 0;
  let tail = EMPTY_TAIL;
  let open = new OpenCommit(tail);
  for (;;) {
    const start = tail;
    const frame = await reader.frameAfter(start);
    if (frame === undefined) {
      return { tail: committed, cursor, sealedLength, validLength: start.length, unorderedRecords };
    }
    tail = tailAfterFrame(start, frame);
    // The first commit is applied at once: without its end the fold is refused, and the index dropped.
    if (committed === undefined) await applyFrame(log, frame, start.length, options);
    else open.add(frame, start, tail);
    if (frame.cursor.length === 0) continue;
    if (committed !== undefined) unorderedRecords += await open.apply(log, reader, tail, options);
    open = new OpenCommit(tail);
    const isSeal = frame.records.length === 0 && frame.header.durableLength === start.length;
    if (committed === undefined || isSeal) sealedLength = tail.length;
    committed = tail;
    cursor = cursorIn(frame, log);
  }
}

/**
 * The frames of a commit whose end has not been seen: the first of them are held, later ones are read
 * again once the commit is known to be whole. So opening takes the same memory however large the commits are.
 */
class OpenCommit {
  readonly #held: { readonly frame: VerifiedFrame; readonly start: number }[] = [];
  #heldBytes = 0;
  /** After the last frame that is held. */
  #heldTo: LogTail;

  constructor(start: LogTail) {
    this.#heldTo = start;
  }

  add(frame: VerifiedFrame, start: LogTail, end: LogTail): void {
    if (this.#heldBytes >= HELD_BYTES) return;
    this.#held.push({ frame, start: start.length });
    this.#heldBytes += frame.frame.length;
    this.#heldTo = end;
  }

  /** Applies the commit, which ends at `end`; returns the number of records. */
  async apply(log: LogFile, reader: FrameReader, end: LogTail, options: ReplayOptions): Promise<number> {
    let records = 0;
    for (const { frame, start } of this.#held) records += await applyFrame(log, frame, start, options);
    for (let at = this.#heldTo; at.length < end.length; ) {
      const frame = await reader.frameAfter(at);
      if (frame === undefined)
        throw damagedFoldError(`${log.path}: changed at byte ${at.length} while it was read`);
      records += await applyFrame(log, frame, at.length, options);
      at = tailAfterFrame(at, frame);
    }
    return records;
  }
}

function cursorIn(frame: VerifiedFrame, log: LogFile): WatchCursor {
  try {
    return WatchCursor.fromBytes(frame.cursor);
  } catch (error) {
    throw damagedFoldError(
      `${log.path}: frame ${frame.header.number}, with a right checksum has no valid cursor`,
      error,
    );
  }
}

/** Returns the number of records. */
async function applyFrame(
  log: LogFile,
  { records }: VerifiedFrame,
  frameStart: number,
  { index, slice }: ReplayOptions,
): Promise<number> {
  let count = 0;
  for (let at = 0; at < records.length; ) {
    const record = summarizeRecord(records, at);
    const start = frameStart + FRAME_HEADER_BYTES + at;
    if (record === undefined) {
      throw damagedFoldError(
        `${log.path}: at byte ${start} a frame with a right checksum has no valid record`,
      );
    }
    // No view of the key: a million of them would cost as much as what is done with them.
    if (record.isPut) index.putRecord(records, record, log, start);
    else index.removeRecord(records, record);
    at += record.length;
    count += 1;
    if (count % RECORDS_PER_CHECK === 0 && slice.isOver) await slice.pause();
  }
  return count;
}
