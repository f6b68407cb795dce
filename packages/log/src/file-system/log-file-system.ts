/**
 * What the log needs of a file system, and no more, so that a test can substitute a failing disk. Every
 * method rejects (or throws) with an error that has the system's `code`, as those of `node:fs` do.
 */
export interface LogFileSystem {
  /** Makes one directory; its parent exists. `EEXIST` when something has that name. */
  makeDirectory(path: string): Promise<void>;
  /** The names in a directory. */
  list(path: string): Promise<readonly string[]>;
  /** Opens for reading and writing. `create`: a new file, `EEXIST` when there is one. */
  open(path: string, mode: 'existing' | 'create'): Promise<RandomAccessFile>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Makes what was created, renamed and removed in a directory survive a power loss. */
  syncDirectory(path: string): Promise<void>;
}

/** An open file, read and written by position. Short reads and writes are legal, as with `pread`. */
export interface RandomAccessFile {
  size(): Promise<number>;
  /** Fills `target` from `position`; returns how many bytes, 0 at the end of the file. */
  read(target: Uint8Array, position: number): Promise<number>;
  readSync(target: Uint8Array, position: number): number;
  write(source: Uint8Array, position: number): Promise<number>;
  truncate(length: number): Promise<void>;
  /** Makes the bytes, and the length needed to read them, survive a power loss. */
  synchronize(): Promise<void>;
  close(): Promise<void>;
}
