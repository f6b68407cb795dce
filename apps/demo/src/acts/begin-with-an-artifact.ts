import { join } from 'node:path';
import { readPortable } from '@slipstream/artifact';
import { digestLedger } from '../ledger/digest-ledger.js';
import { digestTable, type TableDigest, type TableEntry } from '../ledger/table-digest.js';
import type { ExportReport } from '../node/export-fold.js';
import type { Stage } from '../stage.js';
import { figure } from '../verdict/claim.js';
import type { BootstrapEvidence } from '../verdict/evidence.js';
import { churnWhile } from './churn-while.js';
import { measureDelta } from './measure-delta.js';

/** Has a node export its fold amid the churn, and starts a new one, on another engine, with that artifact. */
export async function beginWithAnArtifact(stage: Stage): Promise<BootstrapEvidence> {
  const { changes, writers, ledger, fleet, options, narrator, signal, dataDirectory } = stage;
  const exporter = fleet.member(0);
  const directory = join(dataDirectory, 'artifact');

  const artifact = await churnWhile(stage, () => exportAmidChurn(stage, directory));
  const changesSince = Math.ceil(options.changes / 2);
  await writers.write(changes.distinct(changesSince), { ratePerSecond: options.ratePerSecond });
  narrator.say(`${figure(changesSince)} changes made since, up to ${figure(ledger.head)}`);

  signal.throwIfAborted();
  const newcomer = fleet.add({ engine: 'sqlite', artifact: directory });
  const startMs = await newcomer.start();
  const { pid, engine } = await newcomer.health();
  narrator.say(
    `${newcomer.name} (process ${pid}, ${newcomer.url}), new and on ${engine}, imports it ` +
      `and serves ${figure(Math.round(startMs))} ms after its start`,
  );
  return {
    ...(await measureDelta(stage, newcomer)),
    exporter: { name: exporter.name, engine: (await exporter.health()).engine },
    artifact: { revision: artifact.revision, table: await digestArtifact(directory) },
    dueTable: digestLedger(ledger, artifact.revision),
    changesSince,
  };
}

/** Resolves when the exporting node has applied more than it exported: the churn went on, and so did it. */
async function exportAmidChurn(stage: Stage, directory: string): Promise<ExportReport> {
  const { ledger, fleet, options, narrator } = stage;
  const exporter = fleet.member(0);
  const churned = ledger.head + Math.ceil(options.changes / 4);
  await fleet.until(exporter, `apply revision ${churned}`, ({ revision }) => revision >= churned);
  const report = await exporter.exportTo(directory);
  const { revision, entries, bytes, tookMs, appliedRevision } = report;
  narrator.say(
    `${exporter.name} exports ${figure(entries)} routes as of revision ${figure(revision)} amid the churn: ` +
      `${figure(Math.ceil(bytes / 1000))} kB, ${figure(Math.round(tookMs))} ms, ` +
      `in which it has gone on to revision ${figure(appliedRevision)}`,
  );
  await fleet.until(exporter, 'go on', (health) => health.revision > revision);
  return report;
}

async function digestArtifact(directory: string): Promise<TableDigest> {
  const table: TableEntry[] = [];
  for await (const entries of readPortable(directory)) {
    for (const { key, value, version } of entries) {
      table.push({ key, value, revision: Number(version.revision) });
    }
  }
  return digestTable(table);
}
