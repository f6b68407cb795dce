import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const SAMPLE_EVERY_MS = 5;
const KIB_PER_MIB = 1_024;

/** Peaks of this process, over those of an empty one, in MiB. */
export interface MemoryUse {
  readonly residentMiB: number;
  /** Without pages of mapped files, which the system takes back when it needs them; `undefined` where unknown. */
  readonly anonymousMiB: number | undefined;
}

/** Samples the memory of this process until the function returned is called. */
export function measureMemory(): () => MemoryUse {
  let anonymous = anonymousKiB();
  const timer = setInterval(() => {
    anonymous = greater(anonymous, anonymousKiB());
  }, SAMPLE_EVERY_MS);
  return () => {
    clearInterval(timer);
    anonymous = greater(anonymous, anonymousKiB());
    const empty = emptyProcess();
    return {
      residentMiB: (process.resourceUsage().maxRSS - empty.residentKiB) / KIB_PER_MIB,
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

/** As Linux says; elsewhere nobody does. */
function anonymousKiB(): number | undefined {
  if (process.platform !== 'linux') return undefined;
  return anonymousIn(readFileSync('/proc/self/status', 'utf8'));
}

function anonymousIn(status: string): number | undefined {
  const [, text] = /^RssAnon:\s+(\d+) kB$/m.exec(status) ?? [];
  return text === undefined ? undefined : Number(text);
}

/** What Node.js takes by itself. */
function emptyProcess(): { residentKiB: number; anonymousKiB: number | undefined } {
  const script = `
    const status = process.platform === 'linux' ? fs.readFileSync('/proc/self/status', 'utf8') : '';
    console.log(JSON.stringify({ resident: process.resourceUsage().maxRSS, status }))`;
  const said = execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  const { resident, status } = JSON.parse(said) as { resident: number; status: string };
  return { residentKiB: resident, anonymousKiB: anonymousIn(status) };
}
