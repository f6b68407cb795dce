import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const SAMPLE_EVERY_MS = 5;
const KIB_PER_MIB = 1_024;
const STATUS = '/proc/self/status';

/** Peaks of this process, over those of an empty one, in MiB. */
export interface MemoryUse {
  readonly residentMiB: number;
  /** Without pages of mapped files, which the system takes back when it needs them; `undefined` where unknown. */
  readonly anonymousMiB: number | undefined;
}

/** What a process says of itself. */
interface ProcessMemory {
  readonly peakResidentKiB: number;
  readonly anonymousKiB: number | undefined;
}

/** Samples the memory of this process until the function returned is called. */
export function measureMemory(): () => MemoryUse {
  let anonymous = thisProcess().anonymousKiB;
  const sample = (): ProcessMemory => {
    const now = thisProcess();
    anonymous = greater(anonymous, now.anonymousKiB);
    return now;
  };
  const timer = setInterval(sample, SAMPLE_EVERY_MS);
  return () => {
    clearInterval(timer);
    const { peakResidentKiB } = sample();
    const empty = emptyProcess();
    return {
      residentMiB: (peakResidentKiB - empty.peakResidentKiB) / KIB_PER_MIB,
      anonymousMiB:
        anonymous === undefined || empty.anonymousKiB === undefined
          ? undefined
          : (anonymous - empty.anonymousKiB) / KIB_PER_MIB,
    };
  };
}

function greater(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : Math.max(a, b);
}

function thisProcess(): ProcessMemory {
  return memoryOf(
    process.platform === 'linux' ? readFileSync(STATUS, 'utf8') : '',
    process.resourceUsage().maxRSS,
  );
}

/** What Node.js takes by itself. */
function emptyProcess(): ProcessMemory {
  const script = `
    const status = process.platform === 'linux' ? fs.readFileSync('${STATUS}', 'utf8') : '';
    console.log(JSON.stringify({ status, maxRss: process.resourceUsage().maxRSS }))`;
  const said = execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  const { status, maxRss } = JSON.parse(said) as { status: string; maxRss: number };
  return memoryOf(status, maxRss);
}

/**
 * @param status - What Linux says; it alone is right there: the usage of resources of a process begins with that of
 *   the one which started it.
 * @param maxRssKiB - What every system says.
 */
function memoryOf(status: string, maxRssKiB: number): ProcessMemory {
  return {
    peakResidentKiB: kibIn(status, 'VmHWM') ?? maxRssKiB,
    anonymousKiB: kibIn(status, 'RssAnon'),
  };
}

function kibIn(status: string, field: string): number | undefined {
  const [, text] = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status) ?? [];
  return text === undefined ? undefined : Number(text);
}
