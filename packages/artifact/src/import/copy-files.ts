import { join } from 'node:path';
import { DATA_NAME, type Manifest, type ManifestFile } from '../manifest/manifest.js';
import { directoriesAbove } from './check-contents.js';
import type { ResolvedReadOptions } from './import-options.js';
import { VerifiedFile } from './verified-file.js';

const CHUNK_BYTES = 1024 * 1024;

/** Copies what is below the artifact's `data/` into the empty directory `fold`, checking it on the way. */
export async function copyFiles(
  artifact: string,
  { files }: Manifest,
  fold: string,
  work: ResolvedReadOptions,
): Promise<void> {
  const directories = new Set(files.flatMap(({ path }) => directoriesAbove(path)));
  directories.delete(DATA_NAME);
  // A directory is listed after those above it.
  for (const path of directories) await work.fileSystem.makeDirectory(join(fold, withinData(path)));
  let copied = 0;
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  for (const declared of files) {
    await copyFile(artifact, declared, join(fold, withinData(declared.path)), chunk, work, (count) => {
      copied += count;
      work.report('copying', copied);
    });
  }
}

async function copyFile(
  artifact: string,
  declared: ManifestFile,
  path: string,
  chunk: Uint8Array,
  { fileSystem }: ResolvedReadOptions,
  onCopied: (bytes: number) => void,
): Promise<void> {
  await using source = await VerifiedFile.open(artifact, declared, fileSystem);
  const target = await fileSystem.create(path);
  try {
    for (let count = await source.read(chunk); count > 0; count = await source.read(chunk)) {
      await target.write(chunk.subarray(0, count));
      onCopied(count);
    }
    source.verify();
  } finally {
    await target.close();
  }
}

function withinData(path: string): string {
  return path.slice(DATA_NAME.length + 1);
}
