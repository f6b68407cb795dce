import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readManifest } from '@slipstream/artifact';
import { SlipstreamError, type SnapshotStore } from '@slipstream/core';
import { cursorAt, openScratchFold } from '@slipstream/core/testing';
import { artifactTools } from '../artifacts/artifact-tools.js';
import type { SnapshotStoreHarness } from '../snapshot-store/snapshot-store-harness.js';
import { ofImport, ofTools } from './artifact-mutant.js';
import { override } from './mutant.js';
import type { SnapshotStoreMutant } from './snapshot-store-mutant.js';

/** An export of `other` instead. */
function exportInstead(
  other: (given: SnapshotStore) => Promise<SnapshotStore>,
): SnapshotStoreMutant['mutate'] {
  return ofTools(({ exportArtifact }) => ({
    async exportArtifact(source, directory, options) {
      const store = 'between' in source ? await source.between((given) => given) : source;
      if (store === undefined) throw new TypeError('nothing to export');
      const fold = await other(store);
      return exportArtifact(fold, directory, { ...options, form: 'portable' });
    },
  }));
}

/** What a work that writes in place leaves when it fails. */
async function leaveHalf(directory: string, error: unknown): Promise<never> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'half'), '');
  throw error;
}

/** Mistakes in exporting and importing. */
export const artifactMutants: readonly SnapshotStoreMutant[] = [
  {
    id: 'exports-nothing',
    defect: 'exports a fold without entries',
    killedBy: [
      'export-import/round-trip',
      'export-import/any-history',
      'export-import/resume',
      'export-import/other-engine',
    ],
    mutate: exportInstead(async ({ cursor }) => {
      const empty = await openScratchFold();
      await empty.apply([], cursor);
      return empty;
    }),
  },
  {
    id: 'exports-without-cursor',
    defect: 'exports the entries and no cursor',
    killedBy: ['export-import/round-trip', 'export-import/empty'],
    mutate: exportInstead(async (store) => {
      const copy = await openScratchFold();
      for await (const entry of store.range('')) await copy.apply([{ kind: 'put', ...entry }], store.cursor);
      return override(copy, { cursor: cursorAt(1) });
    }),
  },
  {
    id: 'exports-late',
    defect: 'lets applies continue before it has a snapshot',
    killedBy: ['export-import/one-state'],
    mutate: ofTools(({ exportArtifact }) => ({
      async exportArtifact(source, directory, options) {
        if (!('between' in source)) return exportArtifact(source, directory, options);
        const store = await source.between((given) => given);
        if (store === undefined) throw new TypeError('nothing to export');
        const before = store.cursor;
        while (store.cursor.equals(before)) await new Promise((resolve) => setTimeout(resolve, 1));
        const between = async <T>(visit: (given: SnapshotStore) => T | Promise<T>): Promise<T> =>
          visit(store);
        return exportArtifact({ between }, directory, options);
      },
    })),
  },
  {
    id: 'shares-files-with-artifacts',
    defect: 'goes on writing to files that it has exported',
    killedBy: ['export-import/left-alone'],
    mutate(harness) {
      const exported: string[] = [];
      const tools = harness.artifactTools ?? artifactTools;
      return {
        ...harness,
        artifactTools: {
          ...tools,
          async exportArtifact(source, directory, options) {
            const manifest = await tools.exportArtifact(source, directory, options);
            exported.push(...manifest.files.map(({ path }) => join(directory, path)));
            return manifest;
          },
        },
        async open(location) {
          const store = await harness.open(location);
          return override(store, {
            async apply(updates, cursor) {
              await store.apply(updates, cursor);
              for (const file of exported) await appendFile(file, 'more');
            },
          });
        },
      } satisfies SnapshotStoreHarness;
    },
  },
  {
    id: 'exports-in-place',
    defect: 'writes an artifact into its destination, file by file',
    killedBy: ['export-import/killed-export'],
    mutate: ofTools(({ exportArtifact }) => ({
      exportArtifact: (source, directory, options) =>
        exportArtifact(source, directory, options).catch((error) => leaveHalf(directory, error)),
    })),
  },
  {
    id: 'imports-in-place',
    defect: 'writes a fold into its destination, file by file',
    killedBy: ['export-import/killed-import'],
    mutate: ofTools(({ importArtifact }) => ({
      importArtifact: (backend, artifact, destination, options) =>
        importArtifact(backend, artifact, destination, options).catch((error) =>
          leaveHalf(destination, error),
        ),
    })),
  },
  {
    id: 'clears-its-destination',
    defect: 'overwrites the destination of an import',
    killedBy: ['export-import/strangers-destination'],
    mutate: ofTools(({ importArtifact }) => ({
      async importArtifact(backend, artifact, destination, options) {
        await rm(destination, { recursive: true, force: true });
        return importArtifact(backend, artifact, destination, options);
      },
    })),
  },
  {
    id: 'exports-small-entries-only',
    defect: 'exports what is within the limits of a page',
    killedBy: ['export-import/limits'],
    mutate: exportInstead(async (store) => {
      const copy = await openScratchFold();
      for await (const entry of store.range('')) {
        if (entry.key.length + entry.value.length < 4_000)
          await copy.apply([{ kind: 'put', ...entry }], store.cursor);
      }
      await copy.apply([], store.cursor);
      return copy;
    }),
  },
  {
    id: 'replaces-artifacts',
    defect: 'overwrites the destination of an export',
    killedBy: ['export-import/taken-directory'],
    mutate: ofTools(({ exportArtifact }) => ({
      async exportArtifact(source, directory, options) {
        await rm(directory, { recursive: true, force: true });
        return exportArtifact(source, directory, options);
      },
    })),
  },
  {
    id: 'replaces-folds',
    defect: 'ignores an import onto a fold',
    killedBy: ['export-import/taken-destination'],
    mutate: ofImport(async (attempt, artifact) => {
      try {
        return await attempt(artifact);
      } catch (error) {
        if (SlipstreamError.is(error, 'ALREADY_EXISTS')) return readManifest(artifact);
        throw error;
      }
    }),
  },
];
