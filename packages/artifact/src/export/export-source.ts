import type { AppliedWatch, SnapshotStore } from '@slipstream/core';

/**
 * What can be exported: what keeps a fold live (a watch, a replica), or a fold itself. A fold by itself has to
 * be at rest until the export is done, except that engines with `checkpoint` look after themselves.
 */
export type ExportSource = Pick<AppliedWatch, 'between'> | SnapshotStore;

/**
 * Runs `begin` while nothing is applied. What it leaves to be done, in an object since promises would be
 * waited for, goes on after applies may.
 */
export async function atRest<T extends object>(
  source: ExportSource,
  begin: (store: SnapshotStore) => Promise<T>,
): Promise<T> {
  if (!isLive(source)) return begin(source);
  return source.between((store) => {
    if (store === undefined) throw new TypeError('the watch has no store, so there is nothing to export');
    return begin(store);
  });
}

/** Whether somebody applies to the fold meanwhile. */
export function isLive(source: ExportSource): source is Pick<AppliedWatch, 'between'> {
  return 'between' in source;
}
