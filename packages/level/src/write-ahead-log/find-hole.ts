import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { FLUSHED_COMMIT } from '../fold-position.js';
import { logRecords } from './log-records.js';
import { readManifestState } from './manifest-state.js';

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

/** The logs of a database that are not in its tables, oldest first, with what comes next in them. */
interface LiveLogs {
  readonly names: readonly string[];
  readonly nextSequence: number;
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
export async function findHole(directory: string, names: readonly string[]): Promise<LogHole | undefined> {
  const logs = await liveLogs(directory, names);
  if (logs === undefined) return undefined;
  let { nextSequence } = logs;
  let hole: { log: string; at: number; later: string[] } | undefined;
  let isFollowed = false;
  let isDamage = false;
  for (const [index, log] of logs.names.entries()) {
    await using file = await open(join(directory, log), 'r');
    let isFirst = index === 0;
    for await (const { start, bytes } of logRecords(file)) {
      const commit = bytes && readCommit(bytes);
      const isNext =
        commit !== undefined &&
        (isFirst ? commit.sequence <= nextSequence : commit.sequence === nextSequence);
      if (!isNext) hole ??= { log, at: start, later: logs.names.slice(index + 1) };
      if (hole !== undefined && commit !== undefined) {
        isFollowed = true;
        isDamage ||= commit.isFlushed;
      }
      if (commit !== undefined) nextSequence = commit.sequence + commit.count;
      isFirst = false;
    }
  }
  return hole !== undefined && isFollowed ? { ...hole, isDamage } : undefined;
}

async function liveLogs(directory: string, names: readonly string[]): Promise<LiveLogs | undefined> {
  const state = await readManifestState(directory);
  if (state === undefined) return undefined;
  const live = names.filter(
    (name) => /^\d+\.log$/.test(name) && Number.parseInt(name, 10) >= state.logNumber,
  );
  live.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
  return { names: live, nextSequence: state.lastSequence + 1 };
}

function readCommit(bytes: Uint8Array): { sequence: number; count: number; isFlushed: boolean } | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    sequence: Number(view.getBigUint64(0, true)),
    count: view.getUint32(COUNT_AT, true),
    isFlushed: bytes.at(-1) === FLUSHED_COMMIT,
  };
}
