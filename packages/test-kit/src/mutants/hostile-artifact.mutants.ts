import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Manifest, readManifest } from '@slipstream/artifact';
import { SlipstreamError } from '@slipstream/core';
import { cursorAt, putUpdate } from '@slipstream/core/testing';
import { attacks, edit, rewrite } from '../artifacts/attack.js';
import { temporaryDirectory } from '../suite/temporary-directory.js';
import { ofImport } from './artifact-mutant.js';
import type { SnapshotStoreMutant } from './snapshot-store-mutant.js';

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

/** Mistakes in believing artifacts. */
export const hostileArtifactMutants: readonly SnapshotStoreMutant[] = [
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
