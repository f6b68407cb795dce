import { appendFile, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Manifest, readManifest } from '@slipstream/artifact';
import { SlipstreamError, type SnapshotStore } from '@slipstream/core';
import { cursorAt, openScratchFold, putUpdate } from '@slipstream/core/testing';
import { type ArtifactTools, artifactTools } from '../artifacts/artifact-tools.js';
import { attacks, edit, rewrite } from '../artifacts/attack.js';
import type { SnapshotStoreHarness } from '../snapshot-store/snapshot-store-harness.js';
import { temporaryDirectory } from '../suite/temporary-directory.js';
import { override } from './mutant.js';
import type { SnapshotStoreMutant } from './snapshot-store-mutant.js';

/** A mutation of what exports and imports. */
function ofTools(change: (tools: ArtifactTools) => Partial<ArtifactTools>): SnapshotStoreMutant['mutate'] {
  return (harness) => {
    const tools = harness.artifactTools ?? artifactTools;
    return { ...harness, artifactTools: { ...tools, ...change(tools) } };
  };
}

/** A mutation of both kinds of import: what is done instead of `attempt`, which imports from `artifact`. */
function ofImport(
  change: (
    attempt: (artifact: string) => Promise<Manifest>,
    artifact: string,
    to: SnapshotStore | string,
  ) => Promise<Manifest>,
): SnapshotStoreMutant['mutate'] {
  return ofTools(({ importArtifact, importInto }) => ({
    importArtifact: (backend, artifact, destination, options) =>
      change((from) => importArtifact(backend, from, destination, options), artifact, destination),
    importInto: (store, artifact, options) =>
      change((from) => importInto(store, from, options), artifact, store),
  }));
}

/** An import that mends the artifact first, in a copy of its own, instead of refusing it. */
function lenient(
  mend: (artifact: string) => Promise<unknown>,
  dereference = false,
): SnapshotStoreMutant['mutate'] {
  return ofImport(async (attempt, artifact) => {
    await using place = await temporaryDirectory();
    const copy = join(place.path, 'artifact');
    await cp(artifact, copy, { recursive: true, dereference });
    await mend(copy);
    return await attempt(copy);
  });
}

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

async function whenRefused(
  attempt: () => Promise<Manifest>,
  refused: (error: SlipstreamError) => Promise<Manifest>,
): Promise<Manifest> {
  try {
    return await attempt();
  } catch (error) {
    if (SlipstreamError.is(error, 'ARTIFACT_INVALID')) return refused(error);
    throw error;
  }
}

const hostile = attacks.map(({ id }) => `hostile-artifact/${id}`);

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
    defect: 'lets applies go on before it has a snapshot',
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
    id: 'replaces-artifacts',
    defect: 'removes what is in the way of an export',
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
    defect: 'takes an import onto a fold for done',
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
  {
    id: 'accepts-anything',
    defect: 'goes on when an artifact breaks a rule',
    killedBy: hostile,
    mutate: ofImport((attempt, artifact) =>
      whenRefused(
        () => attempt(artifact),
        async () => ({}) as Manifest,
      ),
    ),
  },
  {
    id: 'refuses-with-another-code',
    defect: 'reports a bad artifact as a damaged fold',
    killedBy: hostile,
    mutate: ofImport((attempt, artifact) =>
      whenRefused(
        () => attempt(artifact),
        (cause) => Promise.reject(new SlipstreamError('CORRUPTED', 'bad artifact', { cause })),
      ),
    ),
  },
  {
    id: 'leaves-half-a-fold',
    defect: 'leaves at the destination what it had copied when it refused the rest',
    killedBy: hostile,
    mutate: ofImport((attempt, artifact, to) =>
      whenRefused(
        () => attempt(artifact),
        async (error) => {
          if (typeof to === 'string') {
            await mkdir(to, { recursive: true });
            await writeFile(join(to, 'half'), '');
          } else await to.apply([putUpdate('half', 1)], cursorAt(1));
          throw error;
        },
      ),
    ),
  },
  {
    id: 'follows-links',
    defect: 'copies what a link points to',
    killedBy: ['hostile-artifact/symlink'],
    mutate: lenient(async () => undefined, true),
  },
  {
    id: 'ignores-undeclared-files',
    defect: 'copies what is declared and does not look at the rest',
    killedBy: ['hostile-artifact/undeclared-file'],
    mutate: lenient(async (artifact) => {
      const declared = (await readManifest(artifact)).files.map(({ path }) => path.split('/')[1]);
      for (const name of await readdir(join(artifact, 'data'))) {
        if (!declared.includes(name)) await rm(join(artifact, 'data', name));
      }
    }),
  },
  {
    id: 'ignores-unknown-fields',
    defect: 'reads the fields that it knows',
    killedBy: ['hostile-artifact/unknown-field'],
    mutate: lenient((artifact) => rewrite(artifact, ({ extra, ...fields }) => fields)),
  },
  {
    id: 'ignores-schema-versions',
    defect: 'takes every schema for its own',
    killedBy: ['hostile-artifact/wrong-schema-version'],
    mutate: lenient((artifact) => edit(artifact, { schemaVersion: 1 })),
  },
  {
    id: 'reads-any-length',
    defect: 'reads manifests of any length',
    killedBy: ['hostile-artifact/large-manifest'],
    mutate: lenient(async (artifact) => {
      const path = join(artifact, 'MANIFEST.json');
      await writeFile(path, (await readFile(path, 'utf8')).trim());
    }),
  },
];
