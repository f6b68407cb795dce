import { SlipstreamError, type SnapshotBackend, type SnapshotStore } from '@slipstream/core';
import { fileSystemError } from '../artifact-errors.js';
import { withFold } from '../staging/with-fold.js';
import type { ResolvedExportOptions } from './export-options.js';
import type { BegunCopy, FoldCopy } from './fold-copy.js';

/** Starts copying the engine's own files into the empty directory `data`. */
export async function beginNativeCopy<Config>(
  store: SnapshotStore,
  data: string,
  options: ResolvedExportOptions<Config>,
): Promise<BegunCopy> {
  const backend = requireBackend(store, options);
  if (store.checkpoint === undefined) {
    throw new SlipstreamError('UNSUPPORTED', `a ${store.backend} fold has no files of its own to export`, {
      hint: 'Export the portable form.',
    });
  }
  const { promise: isHeld, resolve: held } = Promise.withResolvers<void>();
  const copying = store.checkpoint(data, { onSnapshot: held });
  // Whatever it fails with is reported by `finish`, or right here.
  copying.catch(() => undefined);
  await Promise.race([isHeld, copying]);
  return {
    async finish() {
      await copying;
      options.report('verifying', 0);
      return readBack(backend, data, options);
    },
  };
}

function requireBackend<Config>(
  store: SnapshotStore,
  { backend }: ResolvedExportOptions<Config>,
): SnapshotBackend<Config> {
  if (backend === undefined) {
    throw new TypeError(
      'backend is missing: it opens the native copy to verify it (or ask for form: portable)',
    );
  }
  if (backend.name !== store.backend || backend.formatVersion !== store.formatVersion) {
    throw new TypeError(
      `backend is ${backend.name} ${backend.formatVersion}, ` +
        `and the fold is ${store.backend} ${store.formatVersion}`,
    );
  }
  return backend;
}

/** Opens the copy as an importer will, and reads what it holds. */
async function readBack<Config>(
  backend: SnapshotBackend<Config>,
  data: string,
  { config }: ResolvedExportOptions<Config>,
): Promise<FoldCopy> {
  try {
    return await withFold(backend, data, config, async (copy) => {
      const { entries } = await copy.stats();
      return { backend: copy.backend, backendVersion: copy.formatVersion, cursor: copy.cursor, entries };
    });
  } catch (error) {
    throw fileSystemError(error, `opening the copy in ${data}`);
  }
}
