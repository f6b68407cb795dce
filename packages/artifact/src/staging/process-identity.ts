import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { pid } from 'node:process';
import { systemCode } from '../file-system/system-errors.js';

/** Which process on which machine. Two with equal members are the same process. */
export interface ProcessIdentity {
  /** The machine, or the container: a digest of its name. */
  readonly host: string;
  readonly pid: number;
  /** When the process started, in units of the system; 0: unknown. */
  readonly start: number;
}

/** This process. */
export function thisProcess(): ProcessIdentity {
  return { host: hostDigest(), pid, start: startOf(pid) ?? 0 };
}

/**
 * Whether the process has provably ended. In doubt it has not: a process of another machine cannot be seen, and where
 * the system does not say when a process started, its number may have been reused.
 */
export function hasEnded({ host, pid, start }: ProcessIdentity): boolean {
  if (host !== hostDigest()) return false;
  if (!isAlive(pid)) return true;
  const current = startOf(pid);
  return start !== 0 && current !== undefined && current !== start;
}

function hostDigest(): string {
  return createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as another user.
    return systemCode(error) !== 'ESRCH';
  }
}

/** Clock ticks from the machine's start to the process's (Linux); `undefined`: not known. */
function startOf(pid: number): number | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // The second field is the program's name in parentheses, which may hold any character; the start is the 22nd.
  const start = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
  return Number.isSafeInteger(start) ? start : undefined;
}
