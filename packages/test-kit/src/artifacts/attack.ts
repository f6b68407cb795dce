import { appendFile, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cursorAt } from '@slipstream/core/testing';

/** The fields of a manifest, none of them checked. */
type Fields = Record<string, unknown>;

/** A way to make an artifact that must be refused, of a good one. */
export interface Attack {
  readonly id: string;
  /** What is wrong with the artifact, completing "an artifact with …". */
  readonly what: string;
  /** @param file - The path of one of the artifact's files, within it. */
  apply(artifact: string, file: string): Promise<void>;
}

/** What conformance asks an import to refuse. */
export const attacks: readonly Attack[] = [
  {
    id: 'flipped-byte',
    what: 'a byte of a file changed',
    async apply(artifact, file) {
      const bytes = await readFile(join(artifact, file));
      const middle = bytes.length >> 1;
      bytes[middle] = (bytes[middle] ?? 0) ^ 0x20;
      await writeFile(join(artifact, file), bytes);
    },
  },
  { id: 'missing-file', what: 'a file missing', apply: (artifact, file) => rm(join(artifact, file)) },
  {
    id: 'undeclared-file',
    what: 'a file that it does not declare',
    apply: (artifact) => writeFile(join(artifact, 'data', 'undeclared'), 'x'),
  },
  {
    id: 'symlink',
    what: 'a link where a file has to be',
    async apply(artifact, file) {
      const elsewhere = join(dirname(artifact), 'elsewhere');
      await rename(join(artifact, file), elsewhere);
      await symlink(elsewhere, join(artifact, file));
    },
  },
  {
    id: 'parent-path',
    what: 'a path with ../',
    async apply(artifact, file) {
      await mkdir(join(dirname(artifact), 'outside'));
      await rename(join(artifact, file), join(dirname(artifact), 'outside', 'file'));
      await editFiles(artifact, file, { path: 'data/../../outside/file' });
    },
  },
  {
    id: 'absolute-path',
    what: 'an absolute path',
    apply: (artifact, file) => editFiles(artifact, file, { path: join(artifact, file) }),
  },
  {
    id: 'backslash-path',
    what: 'a path with a backslash',
    async apply(artifact, file) {
      await rename(join(artifact, file), join(artifact, 'data', '..\\file'));
      await editFiles(artifact, file, { path: 'data/..\\file' });
    },
  },
  {
    id: 'wrong-backend',
    what: 'another engine',
    apply: (artifact) => edit(artifact, { backend: 'unheard-of' }),
  },
  {
    id: 'wrong-schema-version',
    what: 'another schema version',
    apply: (artifact) => edit(artifact, { schemaVersion: 2 }),
  },
  {
    id: 'wrong-format-version',
    what: 'another version of the files',
    apply: (artifact) => edit(artifact, { backendVersion: 'unheard-of' }),
  },
  {
    id: 'wrong-cursor',
    what: 'a cursor ahead of its entries',
    apply: (artifact) => edit(artifact, { cursor: String(cursorAt(1_000_000)) }),
  },
  {
    id: 'wrong-entries',
    what: 'another number of entries',
    apply: (artifact) => edit(artifact, { entries: 1_000_000 }),
  },
  {
    id: 'wrong-size',
    what: 'a file longer than declared',
    apply: (artifact, file) => appendFile(join(artifact, file), 'x'),
  },
  {
    id: 'large-manifest',
    what: 'a manifest of 2 MiB',
    apply: (artifact) => appendFile(manifestOf(artifact), ' '.repeat(2 * 1024 * 1024)),
  },
  {
    id: 'malformed-manifest',
    what: 'a manifest that is not JSON',
    apply: (artifact) => appendFile(manifestOf(artifact), '}'),
  },
  {
    id: 'unknown-field',
    what: 'a field that the manifest has not',
    apply: (artifact) => edit(artifact, { extra: true }),
  },
];

/** Changes fields of the manifest. */
export function edit(artifact: string, changes: Fields): Promise<void> {
  return rewrite(artifact, (fields) => ({ ...fields, ...changes }));
}

/** Rewrites the manifest. */
export async function rewrite(
  artifact: string,
  change: (fields: Fields) => Fields | Promise<Fields>,
): Promise<void> {
  const fields = JSON.parse(await readFile(manifestOf(artifact), 'utf8')) as Fields;
  await writeFile(manifestOf(artifact), JSON.stringify(await change(fields)));
}

function editFiles(artifact: string, path: string, changes: Fields): Promise<void> {
  return rewrite(artifact, (fields) => ({
    ...fields,
    files: (fields['files'] as Fields[]).map((file) =>
      file['path'] === path ? { ...file, ...changes } : file,
    ),
  }));
}

function manifestOf(artifact: string): string {
  return join(artifact, 'MANIFEST.json');
}
