import { compareKeys, type KvReader } from '@slipstream/core';
import { digestLedger } from '../ledger/digest-ledger.js';
import { digestTable, type TableDigest, type TableEntry } from '../ledger/table-digest.js';
import type { Stage } from '../stage.js';
import { figure } from '../verdict/claim.js';
import type { TableEvidence } from '../verdict/evidence.js';

/** Compares the folds with the bucket, and the bucket with the ledger. */
export async function compareTheTables({ source, fleet, ledger, narrator }: Stage): Promise<TableEvidence> {
  const nodes = await Promise.all(
    fleet.up.map(async (member) => ({ name: member.name, table: await member.digest() })),
  );
  const bucket = await digestBucket(source.store.reader);
  for (const { name, table } of [...nodes, { name: 'the bucket', table: bucket }]) {
    narrator.say(`${name}: ${figure(table.entries)} routes, SHA-256 ${table.sha256.slice(0, 16)}…`);
  }
  return { nodes, bucket, ledger: digestLedger(ledger, ledger.head) };
}

async function digestBucket(reader: KvReader): Promise<TableDigest> {
  const entries: TableEntry[] = [];
  for await (const { key, value, version } of reader.scan('')) {
    entries.push({ key, value, revision: Number(version.revision) });
  }
  return digestTable(entries.sort((a, b) => compareKeys(a.key, b.key)));
}
