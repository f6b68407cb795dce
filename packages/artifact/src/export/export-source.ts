import type { AppliedWatch, SnapshotStore } from '@slipstream/core';
import type { ResolvedExportOptions } from './export-options.js';

/**
 * What can be exported: what keeps a fold live (a watch, a replica), or a fold itself. A fold by itself has to
 * be at rest until the export is done, unless its engine has `checkpoint`.
 */
export type ExportSource = Pick<AppliedWatch, 'between'> | SnapshotStore;

/**
 * Runs `begin` while nothing is applied. Work that may overlap with later applies is returned in an object: a
 * promise would be awaited here.
 */
export async function atRest<T extends object>(
  source: ExportSource,
  begin: (store: SnapshotStore) => Promise<T>,
  { orAborted }: Pick<ResolvedExportOptions<unknown>, 'orAborted'>,
): Promise<T> {
  if (!isLive(source)) return begin(source);
  const { promise: isTurn, resolve } = Promise.withResolvers<void>();
  let hasBegun = false;
  let gaveUp: unknown;
  const begun = source.between((store) => {
    if (store === undefined) throw new TypeError('the watch has no store, so there is nothing to export');
    // The stage is gone; nothing awaits this any more.
    if (gaveUp !== undefined) throw gaveUp;
    hasBegun = true;
    resolve();
    return begin(store);
  });
  // The turn may take long to come: the flush before it may be one that a full disk refuses.
  await orAborted(Promise.race([isTurn, begun])).catch((error: unknown) => {
    begun.catch(() => undefined);
    if (hasBegun) return;
    gaveUp = error;
    throw error;
  });
  return begun;
}

/** Whether the fold may be applied to meanwhile. */
export function isLive(source: ExportSource): source is Pick<AppliedWatch, 'between'> {
  return 'between' in source;
}
