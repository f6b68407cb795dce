import { waitUntil } from '../lifetime/wait-until.js';
import type { LedgerLine } from '../oracle/ledger.js';
import type { SoakBucket } from '../world/soak-bucket.js';
import type { World } from '../world/world.js';

/** Longer than any outage of the server. */
const DEADLINE_MS = 60_000;

/** An answer that contradicts what the ledger has of a key. */
export interface SuspiciousRead {
  readonly key: string;
  readonly revision: number | undefined;
  /** What the ledger had. */
  readonly written: LedgerLine | undefined;
}

/**
 * Whether a suspicious answer is wrong by the bucket, too: a killed server may have brought an old entry back, and
 * a fold that was compared with it then rightly has it. A key that was written since proves nothing.
 */
export async function confirmRead(
  { violated, tally }: World,
  { store, ledger }: SoakBucket,
  { key, revision, written }: SuspiciousRead,
): Promise<boolean> {
  const ask = async (): Promise<number | 'nothing' | undefined> => {
    try {
      const entry = await store.reader.get(key);
      return entry === undefined ? 'nothing' : Number(entry.version.revision);
    } catch {
      return undefined;
    }
  };
  const what = (): string => `the bucket to say what it has of ${key}`;
  const live = await waitUntil(ask, { what, deadlineMs: DEADLINE_MS, signal: violated });
  if (ledger.certain(key) !== written) return false;
  if (live !== (revision ?? 'nothing') || !tally.faults.has('server killed')) return true;
  tally.revivedReads += 1;
  return false;
}
