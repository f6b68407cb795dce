import { damagedFoldError } from '@slipstream/artifact/fold-directory';
import { type Mutex, SlipstreamError, type TimeSlice, type WatchCursor } from '@slipstream/core';
import { type FrameCopy, FrameReader, tailAfterFrame } from '../append-log/frame-reader.js';
import type { LogDraft } from '../append-log/log-draft.js';
import type { LogFile } from '../append-log/log-file.js';
import type { LogTail } from '../append-log/log-tail.js';
import { FRAME_HEADER_BYTES } from '../format/frame.js';
import { summarizeRecord } from '../format/record.js';
import type { IndexedSlot, LogIndex } from '../index/log-index.js';
import { readRecords } from '../read/record-reader.js';
import type { CompactionPace } from './compaction-pace.js';
import { Relocation } from './relocation.js';

// Between two checks of the clock.
const SLOTS_PER_READ = 256;
const BYTES_PER_READ = 256 * 1024;

/** Commits that are copied with one write. */
const BYTES_PER_WRITE = 1024 * 1024;

/** What is left to copy while appends wait for it. More is first copied beside them. */
const LAST_COPY_BYTES = 256 * 1024;

/** What a compaction works on. */
export interface CompactionParts {
  readonly source: LogFile;
  readonly index: LogIndex;
  /** Held by every append. */
  readonly appends: Mutex;
  readonly begin: () => Promise<LogDraft>;
  /** Called while nothing is appended, when the copy takes its snapshot; returns the cursor there. */
  readonly snapshot: () => WatchCursor;
  /** Called while nothing is appended, as soon as the new log has its name. */
  readonly swap: (log: LogFile) => Promise<void>;
  readonly signal: AbortSignal;
  readonly slice: TimeSlice;
  readonly pace: CompactionPace;
}

/** A compaction that has begun. */
interface Copying extends CompactionParts {
  readonly draft: LogDraft;
  readonly relocation: Relocation;
}

/**
 * Writes a new log beside the old one: what is live, in key order, as the first commit; then the commits that
 * came meanwhile. Appends wait for the last few of them, for the new name, and where they would outrun the copying.
 * Reads never wait. Returns what still points to the old log.
 */
export async function compact(parts: CompactionParts): Promise<Relocation> {
  const { source, appends } = parts;
  const draft = await parts.begin();
  try {
    const copying = { ...parts, draft, relocation: new Relocation(source) };
    let copied = await copyLive(copying);
    for (;;) {
      // Read while nothing is appended: then the index covers everything up to the end.
      const end = await appends.run(() => source.tail.length);
      if (end - copied.length <= LAST_COPY_BYTES) break;
      copied = await copyCommits(copied, end, copying);
    }
    // Flushed here, so that little is left to flush where appends wait.
    await draft.flush();
    return await appends.run(async () => {
      await copyCommits(copied, source.tail.length, copying);
      await parts.swap(await draft.publish());
      return copying.relocation;
    });
  } catch (error) {
    await draft.discard();
    throw error;
  }
}

/** Copies what is live now; returns the end of the old log as it was then. */
async function copyLive(copying: Copying): Promise<LogTail> {
  const { source, index, snapshot, appends, signal, slice, pace, draft, relocation } = copying;
  const entries = index.range('');
  // A range sees the state of its first step.
  const { first, tail, cursor } = await appends.run(() => ({
    first: entries.next(),
    tail: source.tail,
    cursor: snapshot(),
  }));
  let slots: IndexedSlot[] = [];
  let bytes = 0;
  const copyBatch = async (): Promise<void> => {
    if (signal.aborted) throw stoppedError(source);
    // Read synchronously: an open or a commit has just had these bytes, so that they are in the page cache if
    // memory allows, and a promise per record would cost far more than the record.
    for (const [position, record] of readRecords(slots).entries()) {
      const { entry, offset } = slots[position] as IndexedSlot;
      relocation.add(entry, offset, draft.position);
      draft.addRecord(record);
    }
    if (draft.isFull) await draft.writeFrame();
    pace.advance(draft.position);
    if (slice.isOver) await slice.pause();
    slots = [];
    bytes = 0;
  };
  for (let step = first; !step.done; step = entries.next()) {
    slots.push(step.value);
    bytes += step.value.length;
    if (slots.length === SLOTS_PER_READ || bytes >= BYTES_PER_READ) await copyBatch();
  }
  await copyBatch();
  await draft.commit(cursor);
  return tail;
}

/** Copies the commits from `from` up to `end`; returns the tail there. */
async function copyCommits(from: LogTail, end: number, copying: Copying): Promise<LogTail> {
  const { source, signal, pace, draft } = copying;
  const reader = new FrameReader(source.file, source.seed, end);
  // Copies keep the length of every frame, so all of them move by the same distance.
  const shift = draft.length - from.length;
  let run: FrameCopy[] = [];
  let runBytes = 0;
  let tail = from;
  while (tail.length < end) {
    if (signal.aborted) throw stoppedError(source);
    const frame = await reader.frameAfter(tail);
    if (frame === undefined) throw damagedFoldError(`${source.path}: no valid frame at byte ${tail.length}`);
    noteRecords(frame.records, tail.length + FRAME_HEADER_BYTES, shift, copying);
    run.push(frame);
    runBytes += frame.frame.length;
    tail = tailAfterFrame(tail, frame);
    if (runBytes < BYTES_PER_WRITE && tail.length < end) continue;
    await draft.addCopies(run);
    pace.advance(draft.length);
    run = [];
    runBytes = 0;
  }
  return tail;
}

/** Notes the copies of those records that are live. The key of one that was overwritten has another place. */
function noteRecords(
  records: Buffer,
  start: number,
  shift: number,
  { source, index, relocation }: Copying,
): void {
  for (let at = 0; at < records.length; ) {
    const record = summarizeRecord(records, at);
    if (record === undefined) throw damagedFoldError(`${source.path}: no record at byte ${start + at}`);
    const entry = index.entryAt(records, record, source, start + at);
    if (entry !== undefined) relocation.add(entry, start + at, start + at + shift);
    at += record.length;
  }
}

function stoppedError(source: LogFile): SlipstreamError {
  return new SlipstreamError('ABORTED', `the compaction of ${source.path} was stopped: the fold closes`);
}
