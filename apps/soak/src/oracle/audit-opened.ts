import type { WatchCursor } from '@slipstream/core';
import { persistently } from '../lifetime/persistently.js';
import type { NodeSettings } from '../node/node-protocol.js';
import type { SoakBucket } from '../world/soak-bucket.js';
import type { Tally } from '../world/tally.js';
import { auditFold } from './audit-fold.js';
import type { Table } from './compare-tables.js';
import { judgeBatch } from './judge-batch.js';
import { Violation } from './violation.js';

/** A fold as it was found on the disk. */
export interface OpenedQuestion {
  readonly settings: NodeSettings;
  readonly cursor: WatchCursor;
  readonly table: Table;
  readonly bucket: SoakBucket;
}

/**
 * Compares a fold, which was left by a killed node or comes from an artifact, with what was written up to its
 * cursor, before the node follows anything.
 *
 * @throws {Violation}
 */
export async function auditOpened(
  { settings, cursor, table, bucket }: OpenedQuestion,
  tally: Tally,
  signal: AbortSignal,
): Promise<void> {
  const ledger = bucket.ledgerOf(cursor.epoch);
  if (cursor.isNone || ledger === undefined) {
    // A new fold is empty; one that was on its way to another incarnation may hold anything of both.
    if (cursor.isNone && table.size > 0)
      throw new Violation(`${settings.name} has ${table.size} entries and no cursor`);
    return;
  }
  const isPresent = ledger === bucket.ledger;
  const audit = (evictedBelow: number): ReturnType<typeof auditFold> =>
    auditFold({
      table,
      revision: Number(cursor.revision),
      ledger,
      prefix: settings.prefix ?? '',
      seenAt: Date.now(),
      evictedBelow,
      isOfFormer: (key, row) => bucket.isOfFormer(key, row),
    });
  // A fold whose bucket is gone loses, key by key, what the next one does not have, before its cursor moves there.
  let findings = audit(isPresent ? 0 : Number.POSITIVE_INFINITY);
  if (findings.wrong.length > 0 && isPresent && bucket.settings.evicts) {
    const floor = await persistently(() => bucket.evictedBelow(), `what ${bucket.name} still has`, signal);
    // The bucket may have been re-created while it was asked.
    findings = audit(bucket.ledger === ledger ? floor : Number.POSITIVE_INFINITY);
  }
  const halves = isPresent
    ? bucket.groups.flatMap(({ keys }) => judgeBatch(keys, valuesOf(table), ledger) ?? [])
    : [];
  tally.countCheck('opened folds compared with what was written');
  tally.countCheck('atomic batches of opened folds', isPresent ? bucket.groups.length : 0);
  tally.countCheck('entries of opened folds past their cursor', findings.ahead);
  tally.countRevival('entries of opened folds', findings.revived);
  const evidence = [...findings.wrong.map(({ key, reason }) => `${key}: ${reason}`), ...halves];
  if (evidence.length === 0) return;
  const details = await persistently(
    () => bucket.describe(findings.wrong.map(({ key }) => key)),
    'evidence',
    signal,
  );
  const { name, engine } = settings;
  throw new Violation(`${name} (${engine}) opened a fold that is wrong at ${cursor}`, {
    evidence: [...evidence, ...details],
  });
}

function valuesOf(table: Table): Map<string, string> {
  return new Map([...table].map(([key, { value }]) => [key, value]));
}
