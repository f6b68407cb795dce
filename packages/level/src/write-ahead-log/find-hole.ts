import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { FLUSHED_COMMIT } from '../fold-position.js';
import { logRecords } from './log-records.js';
import type { ManifestState } from './manifest-state.js';

/** Where commits are missing that others follow. */
export interface LogHole {
  /** The log, and where in it: before it, everything is whole. */
  readonly log: string;
  readonly at: number;
  /** The logs after it. */
  readonly later: readonly string[];
  /** Whether a commit behind the hole says that everything before it had been flushed: it was damaged, then. */
  readonly isDamage: boolean;
}

/** The logs of a database that are not in its tables, oldest first. */
interface LiveLogs {
  readonly names: readonly string[];
  /** Of a change that is in the tables, or in one of these. */
  readonly lastSequence: number;
}

/** One record of a log. */
interface Commit {
  /** The number of its first change. */
  readonly sequence: number;
  /** Its changes. */
  readonly count: number;
  readonly isFlushed: boolean;
}

// A record is one commit: the sequence number of its first change, the number of changes, the changes.
const COUNT_AT = 8;
const HEADER_BYTES = 12;

/**
 * Looks for commits in the logs that follow on something that is missing. LevelDB would serve these, as if
 * nothing had been in between: it counts its changes without a gap, but looks at the numbers only to go on.
 * A torn end alone is no hole.
 *
 * A power loss leaves holes, since what was not flushed is written to the disk in any order.
 */
export async function findHole(
  directory: string,
  names: readonly string[],
  { logNumber, lastSequence }: ManifestState,
): Promise<LogHole | undefined> {
  const logs: LiveLogs = { names: liveLogs(names, logNumber), lastSequence };
  let next: number | undefined;
  let hole: { log: string; at: number; later: string[] } | undefined;
  let isFollowed = false;
  let isDamage = false;
  for (const [index, log] of logs.names.entries()) {
    const later = logs.names.slice(index + 1);
    await using file = await open(join(directory, log), 'r');
    for await (const { start, bytes } of logRecords(file)) {
      const commit = bytes && readCommit(bytes);
      if (hole === undefined && commit !== undefined && follows(commit, next, logs)) {
        next = commit.sequence + commit.count;
        continue;
      }
      hole ??= { log, at: start, later };
      // What is numbered lower is no commit: a value that happens to hold a log.
      if (commit === undefined || commit.sequence < (next ?? 0)) continue;
      isFollowed = true;
      isDamage ||= commit.isFlushed;
    }
    // LevelDB goes on to another log only from one with commits in it.
    if (next === undefined) hole ??= { log, at: 0, later };
  }
  return hole !== undefined && isFollowed ? { ...hole, isDamage } : undefined;
}

function follows({ sequence }: Commit, next: number | undefined, { lastSequence }: LiveLogs): boolean {
  return next === undefined ? sequence <= lastSequence + 1 : sequence === next;
}

function liveLogs(names: readonly string[], logNumber: number): string[] {
  const live = names.filter((name) => /^\d+\.log$/.test(name) && Number.parseInt(name, 10) >= logNumber);
  return live.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
}

function readCommit(bytes: Uint8Array): Commit | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    sequence: Number(view.getBigUint64(0, true)),
    count: view.getUint32(COUNT_AT, true),
    isFlushed: bytes.at(-1) === FLUSHED_COMMIT,
  };
}
