import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { FLUSHED_COMMIT } from '../fold-position.js';
import { logRecords } from './log-records.js';
import type { ManifestState } from './manifest-state.js';

/** Where commits are missing that later ones follow. */
export interface LogHole {
  /** The log, and where in it: before it, everything is whole. */
  readonly log: string;
  readonly at: number;
  /** The logs after it. */
  readonly later: readonly string[];
  /** Whether a commit after the hole was flushed, and with it everything before: then the log was damaged. */
  readonly isDamage: boolean;
}

/** The logs of a database whose changes are not all in its tables, oldest first. */
interface LiveLogs {
  readonly names: readonly string[];
  /** The highest one in the tables, or in one of these logs. */
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
 * Looks for commits in the logs after missing ones. LevelDB would serve these as if nothing were missing: it numbers
 * its changes without gaps, but does not check that when it replays a log. A torn tail alone is not a hole.
 *
 * A power loss leaves holes, since the system writes what was not flushed to the disk in any order.
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
      // A lower number is not a commit's: a value happens to contain a log.
      if (commit === undefined || commit.sequence < (next ?? 0)) continue;
      isFollowed = true;
      isDamage ||= commit.isFlushed;
    }
    // LevelDB starts another log only after one with commits in it.
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
