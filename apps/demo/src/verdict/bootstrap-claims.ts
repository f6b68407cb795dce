import { type Claim, figure } from './claim.js';
import { deltaClaims } from './delta-claims.js';
import type { BootstrapEvidence } from './evidence.js';

/** The new node began with what a live one had exported, on another engine, and was delivered the delta. */
export function bootstrapClaims(evidence: BootstrapEvidence): Claim[] {
  const { exporter, artifact, dueTable, changesSince, health, dueEntries } = evidence;
  const { name, engine, opened } = health;
  return [
    {
      holds: artifact.table.entries > 0 && artifact.table.sha256 === dueTable.sha256,
      text:
        `the artifact that ${exporter.name} exported amid the churn is the table as of its cursor, revision ` +
        `${figure(artifact.revision)}: ${figure(artifact.table.entries)} routes, ` +
        `SHA-256 ${artifact.table.sha256.slice(0, 16)}… (${dueTable.sha256.slice(0, 16)}… by the ledger)`,
    },
    {
      holds:
        engine !== exporter.engine &&
        opened.revision === artifact.revision &&
        opened.entries > 0 &&
        opened.entries === dueEntries,
      text:
        `${name}, new and on ${engine}, began with that artifact of a node on ${exporter.engine}: ` +
        `at revision ${figure(opened.revision)} with ${figure(opened.entries)} routes ` +
        `(${figure(dueEntries)} by the ledger)`,
    },
    ...deltaClaims(evidence, { count: changesSince, made: 'made since the export' }),
  ];
}
