import { join } from 'node:path';
import { fileSystemError } from '../artifact-errors.js';
import { DATA_NAME, type Manifest } from '../manifest/manifest.js';
import type { ByteSink, ByteSource } from '../portable/byte-streams.js';
import { directoriesBelowData } from './check-contents.js';
import type { ResolvedReadOptions } from './import-options.js';
import { VerifiedFile } from './verified-file.js';

const CHUNK_BYTES = 1024 * 1024;

/** One to write from, and one to read into meanwhile. */
type Chunks = readonly [Uint8Array, Uint8Array];

/** Copies what is below the artifact's `data/` into the empty directory `fold`, checking it meanwhile. */
export async function copyFiles(
  artifact: string,
  { files }: Manifest,
  fold: string,
  work: ResolvedReadOptions,
): Promise<void> {
  for (const path of directoriesBelowData(files)) {
    const directory = join(fold, withinData(path));
    await atDestination(directory, work.fileSystem.makeDirectory(directory));
  }
  let copied = 0;
  const onCopied = (bytes: number): void => {
    copied += bytes;
    work.report('copying', copied);
  };
  const chunks: Chunks = [Buffer.allocUnsafe(CHUNK_BYTES), Buffer.allocUnsafe(CHUNK_BYTES)];
  for (const declared of files) {
    await using source = await VerifiedFile.open(artifact, declared, work.fileSystem);
    const path = join(fold, withinData(declared.path));
    const target = await atDestination(path, work.fileSystem.create(path));
    const sink: ByteSink = { write: (bytes) => atDestination(path, target.write(bytes)) };
    try {
      await copyBytes(source, sink, chunks, onCopied);
      source.verify();
    } finally {
      await atDestination(path, target.close());
    }
  }
}

/** A failure at the destination says nothing about the artifact. */
async function atDestination<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw fileSystemError(error, `writing ${path}`);
  }
}

/** While one chunk is written, the next is read and hashed. */
async function copyBytes(
  source: ByteSource,
  target: ByteSink,
  chunks: Chunks,
  onCopied: (bytes: number) => void,
): Promise<void> {
  let writing = Promise.resolve();
  try {
    for (let [chunk, spare] = chunks; ; [chunk, spare] = [spare, chunk]) {
      const count = await source.read(chunk);
      await writing;
      if (count === 0) return;
      onCopied(count);
      writing = target.write(chunk.subarray(0, count));
      // Awaited after the next chunk; until then a failure must not be unhandled.
      writing.catch(() => undefined);
    }
  } finally {
    // The caller closes the files.
    await writing.catch(() => undefined);
  }
}

function withinData(path: string): string {
  return path.slice(DATA_NAME.length + 1);
}
