import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { platform } from 'node:process';
import type { ArtifactFileSystem, FileStatus, OpenFile } from './artifact-file-system.js';
import { syncDirectory } from './sync-directory.js';
import { systemCode } from './system-errors.js';

// Windows has neither; there, links are found by `inspect` before.
const { O_NOFOLLOW = 0, O_NONBLOCK = 0, O_RDONLY, O_RDWR } = constants;

/** The machine's own file system. */
export const nodeFileSystem: ArtifactFileSystem = {
  makeDirectory: (path) => mkdir(path),
  list: (path) => readdir(path),
  async inspect(path) {
    try {
      return statusOf(await lstat(path));
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  },
  async open(path, mode) {
    // Windows flushes only what was opened for writing.
    const access = mode === 'flushable' && platform === 'win32' ? O_RDWR : O_RDONLY;
    return new NodeFile(await open(path, access | O_NOFOLLOW | O_NONBLOCK));
  },
  create: async (path) => new NodeFile(await open(path, 'wx')),
  async rename(from, to) {
    // Elsewhere a rename replaces an empty directory by itself. One that is not empty stays, and refuses it.
    if (platform === 'win32') await rmdir(to).catch(() => undefined);
    await rename(from, to);
  },
  remove: (path) => rm(path, { recursive: true, force: true }),
  syncDirectory,
};

class NodeFile implements OpenFile {
  readonly #handle: FileHandle;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async status(): Promise<FileStatus> {
    return statusOf(await this.#handle.stat());
  }

  async read(target: Uint8Array): Promise<number> {
    return (await this.#handle.read(target, 0, target.length, null)).bytesRead;
  }

  async write(source: Uint8Array): Promise<void> {
    await this.#handle.writeFile(source);
  }

  synchronize(): Promise<void> {
    return this.#handle.sync();
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

function statusOf(stats: Stats): FileStatus {
  return { kind: kindOf(stats), size: stats.size };
}

function kindOf(stats: Stats): FileStatus['kind'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  return stats.isSymbolicLink() ? 'link' : 'other';
}
