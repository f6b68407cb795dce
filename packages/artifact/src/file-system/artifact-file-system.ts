/**
 * What exports and imports need of a file system, and no more, so that a test can substitute a failing disk.
 * Every method rejects with an error that has the system's `code`, as those of `node:fs` do.
 */
export interface ArtifactFileSystem {
  /** Makes one directory; its parent exists. `EEXIST` when something has that name. */
  makeDirectory(path: string): Promise<void>;
  /** The names in a directory, in no promised order. */
  list(path: string): Promise<readonly string[]>;
  /** What has that name, links not followed; `undefined`: nothing. */
  inspect(path: string): Promise<FileStatus | undefined>;
  /**
   * Opens an existing file. A link is refused (`ELOOP`), and a fifo without a writer does not hang the call:
   * `status` says what was opened. `flushable`: opened so that `synchronize` works.
   */
  open(path: string, mode: 'read' | 'flushable'): Promise<OpenFile>;
  /** Creates a file for writing. `EEXIST` when something has that name. */
  create(path: string): Promise<OpenFile>;
  /** Renames; what has the name already is replaced only when it is an empty directory (or a file by a file). */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file, or a directory with everything in it. Nothing there: no error. */
  remove(path: string): Promise<void>;
  /** Makes what was created, renamed and removed in a directory survive a power loss. */
  syncDirectory(path: string): Promise<void>;
}

/** What a name stands for. */
export interface FileStatus {
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  /** In bytes. */
  readonly size: number;
}

/** An open file, read or written from its beginning to its end. */
export interface OpenFile {
  status(): Promise<FileStatus>;
  /** Fills the beginning of `target`; returns how many bytes, 0 at the end of the file. */
  read(target: Uint8Array): Promise<number>;
  /** Writes all of `source`. */
  write(source: Uint8Array): Promise<void>;
  /** Makes the bytes survive a power loss. */
  synchronize(): Promise<void>;
  close(): Promise<void>;
}
