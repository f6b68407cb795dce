import { readSync } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { syncDirectory } from '@slipstream/artifact/fold-directory';
import type { LogFileSystem, RandomAccessFile } from './log-file-system.js';

/** The machine's own file system. */
export const nodeFileSystem: LogFileSystem = {
  makeDirectory: (path) => mkdir(path),
  list: (path) => readdir(path),
  open: async (path, mode) => new NodeFile(await open(path, mode === 'create' ? 'wx+' : 'r+')),
  rename: (from, to) => rename(from, to),
  remove: (path) => rm(path),
  syncDirectory,
};

class NodeFile implements RandomAccessFile {
  readonly #handle: FileHandle;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async size(): Promise<number> {
    return (await this.#handle.stat()).size;
  }

  async read(target: Uint8Array, position: number): Promise<number> {
    return (await this.#handle.read(target, 0, target.length, position)).bytesRead;
  }

  readSync(target: Uint8Array, position: number): number {
    return readSync(this.#handle.fd, target, 0, target.length, position);
  }

  async write(source: Uint8Array, position: number): Promise<number> {
    return (await this.#handle.write(source, 0, source.length, position)).bytesWritten;
  }

  truncate(length: number): Promise<void> {
    return this.#handle.truncate(length);
  }

  synchronize(): Promise<void> {
    return this.#handle.datasync();
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}
