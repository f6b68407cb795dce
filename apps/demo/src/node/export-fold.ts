import { exportArtifact } from '@slipstream/artifact';
import type { Replica } from '@slipstream/core';
import type { Route } from '../routes/route.js';

/** What `POST /export` of a node answers. */
export interface ExportReport {
  /** The artifact's cursor: a node that begins with it is delivered what lies after. */
  readonly revision: number;
  /** Routes in the artifact. */
  readonly entries: number;
  /** The size of its files. */
  readonly bytes: number;
  readonly tookMs: number;
  /** What the node had applied when the export was done: it went on meanwhile. */
  readonly appliedRevision: number;
}

/** Exports the fold of a replica that stays live, in the form that every engine can import. */
export async function exportFold(
  replica: Replica<Route>,
  directory: string,
  bucket: string,
): Promise<ExportReport> {
  const startedAt = performance.now();
  const { cursor, entries, files } = await exportArtifact(replica, directory, { bucket, form: 'portable' });
  return {
    revision: Number(cursor.revision ?? 0n),
    entries,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    tookMs: performance.now() - startedAt,
    appliedRevision: Number(replica.cursor.revision ?? 0n),
  };
}
