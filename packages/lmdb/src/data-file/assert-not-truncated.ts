import { type FileHandle, open } from 'node:fs/promises';
import { damagedFoldError, systemCode } from '@slipstream/artifact/fold-directory';
import { type CommitMeta, isDatabase, META_BYTES, readCommitMeta, referencesOf } from './data-page.js';

/**
 * Asserts that everything the database refers to is in its file. The engine does not check, and a process that
 * reads a page past the end of a mapped file is killed (SIGBUS).
 *
 * A file is as long as its last commit says, unless that one left free pages at the end, which costs a walk through
 * the tree. The last flushed commit counts: after a power loss the pages of later ones may be missing, and the engine
 * falls back to it.
 *
 * @throws `CORRUPTED` when the file is missing, truncated, or not a database.
 */
export async function assertNotTruncated(path: string): Promise<void> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') throw damagedFoldError(`${path} is missing`, error);
    throw error;
  }
  try {
    const { size } = await file.stat();
    const meta = await flushedMeta(file, path);
    if (meta === undefined || BigInt(size) >= (meta.lastPage + 1n) * BigInt(meta.pageBytes)) return;
    for (const root of meta.roots) await assertReachable(file, path, { meta, size, root });
  } finally {
    await file.close();
  }
}

async function flushedMeta(file: FileHandle, path: string): Promise<CommitMeta | undefined> {
  const start = await readAt(file, 0, META_BYTES);
  if (start === undefined || !isDatabase(start)) throw damagedFoldError(`${path} is not an LMDB database`);
  const pageBytes = start.readUInt32LE(48);
  const isPageSize = pageBytes >= 512 && pageBytes <= 65_536 && (pageBytes & (pageBytes - 1)) === 0;
  if (!isPageSize) throw damagedFoldError(`${path} has an impossible page size of ${pageBytes} bytes`);
  // In the middle of the first page the last commit that was flushed; in the first two the last two commits.
  const places = [pageBytes / 2, 0, pageBytes];
  const metas: (CommitMeta | undefined)[] = [];
  for (const at of places) {
    const page = await readAt(file, at, META_BYTES);
    if (page === undefined) throw damagedFoldError(`${path} ends within its first two pages`);
    metas.push(readCommitMeta(page));
  }
  const [flushed, even, odd] = metas;
  if (flushed !== undefined) return flushed;
  return (even?.transaction ?? 0n) > (odd?.transaction ?? 0n) ? even : odd;
}

/** A part of a tree in a file of this size. */
interface TreeExtent {
  readonly meta: CommitMeta;
  readonly size: number;
  readonly root: bigint;
}

async function assertReachable(
  file: FileHandle,
  path: string,
  { meta, size, root }: TreeExtent,
): Promise<void> {
  const bytes = BigInt(meta.pageBytes);
  const truncated = (page: bigint): unknown =>
    damagedFoldError(`${path} is truncated: page ${page} lies past its end (${size} bytes)`);
  const due = [root];
  for (let number = due.pop(); number !== undefined; number = due.pop()) {
    const page = await readAt(file, Number(number * bytes), meta.pageBytes);
    if (page === undefined) throw truncated(number);
    const references = referencesOf(page);
    if (references === undefined) throw damagedFoldError(`${path}: page ${number} is not a tree page`);
    for (const { first, count, isTree } of references) {
      if ((first + count) * bytes > BigInt(size)) throw truncated(first);
      if (isTree) due.push(first);
    }
  }
}

/** `length` bytes; `undefined` when the file ends before. */
async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer | undefined> {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, position + filled);
    if (bytesRead === 0) return undefined;
    filled += bytesRead;
  }
  return bytes;
}
