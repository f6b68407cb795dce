import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { DiskFault } from '../fleet/disk-fault.js';
import type { FleetMember } from '../fleet/fleet-member.js';
import { pause } from '../lifetime/pause.js';
import { between, pick, type Random } from '../lifetime/random-choice.js';
import { waitUntil } from '../lifetime/wait-until.js';
import type { World } from '../world/world.js';

const run = promisify(execFile);
/** Bytes that the largest file can still grow by. */
const LARGEST_ROOM = 20_000;
const LONGEST_COMMIT_MS = 3_000;
const RECOVERY_DEADLINE_MS = 60_000;

/**
 * Lets the files of a node grow no further, as a full disk would: by the limit that a process has on the size of
 * its files, which needs no rights, and a program of Linux (`prlimit`) to set it. The node is then killed, or its
 * disk has room again, and it goes on; it may have ended of it, as its documentation says, and is then restarted.
 */
export async function fillDisk(world: World, random: Random, signal: AbortSignal): Promise<void> {
  const { fleet, history, tally, violated } = world;
  const victim = pick(random, fleet.members);
  const roomLeft = between(random, 0, LARGEST_ROOM);
  const fullMs = between(random, 200, 4_000);
  const isKilled = random() < 0.5;
  const { pid } = victim;
  if (pid === undefined) return;
  const limit = (await largestFile(victim.settings.path)) + roomLeft;
  const fault = victim.beginDiskFault();
  try {
    if (!(await limitFiles(pid, `${limit}`))) {
      if (victim.pid === pid) history.note('no disk can be filled: there is no prlimit');
      return;
    }
    history.inject('disk full', `${victim.settings.name}, at ${limit} bytes a file, for ${fullMs} ms`);
    await pause(fullMs, signal);
    if (isKilled) {
      await victim.restart(() => Promise.resolve());
    } else {
      await limitFiles(pid, 'unlimited');
      // Once a question is answered, every refusal before it has been reported.
      await victim.state().catch(() => undefined);
      await recover(victim, pid, fault, violated);
    }
    if (fault.refusals > 0) tally.countFault('disk full, commits refused');
    if (fault.gaveUp) tally.countFault('disk full, node restarted');
    history.note(`${victim.settings.name} has room again, after ${fault.refusals} refusals`);
  } finally {
    victim.endDiskFault();
  }
}

/** Waits until a node that had its commits refused has made one, or restarts it if it has ended. */
async function recover(
  victim: FleetMember,
  pid: number,
  fault: DiskFault,
  signal: AbortSignal,
): Promise<void> {
  const { outcomes } = fault;
  const idleAt = performance.now() + LONGEST_COMMIT_MS;
  // A commit that began while the disk was full may be in flight; none is once none has ended for this long.
  const isOver = (): boolean => fault.outcomes > outcomes || performance.now() > idleAt;
  const isSettled = (): boolean => (isOver() && !fault.isRefusing) || fault.gaveUp || victim.pid !== pid;
  await waitUntil(async () => (isSettled() ? true : undefined), {
    what: () => `${victim.title} to commit again, or to give up, after its disk was full`,
    deadlineMs: RECOVERY_DEADLINE_MS,
    signal,
  });
  if (fault.gaveUp && victim.pid === pid) await victim.restart(() => Promise.resolve());
}

async function largestFile(path: string): Promise<number> {
  const info = await stat(path);
  if (!info.isDirectory()) return info.size;
  const sizes = (await readdir(path)).map(async (name) => (await stat(join(path, name))).size);
  // A file may be gone since it was listed.
  const found = await Promise.allSettled(sizes);
  return Math.max(0, ...found.map((size) => (size.status === 'fulfilled' ? size.value : 0)));
}

/** Resolves to whether it could be done. Only the soft limit is moved, so that it can be moved back. */
async function limitFiles(pid: number, limit: string): Promise<boolean> {
  try {
    await run('prlimit', [`--pid=${pid}`, `--fsize=${limit}:`]);
    return true;
  } catch {
    return false;
  }
}
