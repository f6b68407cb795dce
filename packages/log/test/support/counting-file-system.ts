import { type LogFileSystem, nodeFileSystem, type RandomAccessFile } from '../../src/index.js';

/** The machine's file system, with counters. */
export class CountingFileSystem implements LogFileSystem {
  /** Files that are open. */
  openFiles = 0;
  /** Reads without a promise. */
  reads = 0;
  /** Waited for before a file is flushed. */
  beforeSynchronize: (path: string) => Promise<void> | void = () => undefined;

  readonly makeDirectory: LogFileSystem['makeDirectory'] = nodeFileSystem.makeDirectory;
  readonly list: LogFileSystem['list'] = nodeFileSystem.list;
  readonly rename: LogFileSystem['rename'] = nodeFileSystem.rename;
  readonly remove: LogFileSystem['remove'] = nodeFileSystem.remove;
  readonly syncDirectory: LogFileSystem['syncDirectory'] = nodeFileSystem.syncDirectory;

  async open(path: string, mode: 'existing' | 'create'): Promise<RandomAccessFile> {
    const file = await nodeFileSystem.open(path, mode);
    this.openFiles += 1;
    return {
      size: () => file.size(),
      read: (target, position) => file.read(target, position),
      readSync: (target, position) => {
        this.reads += 1;
        return file.readSync(target, position);
      },
      write: (source, position) => file.write(source, position),
      truncate: (length) => file.truncate(length),
      synchronize: async () => {
        await this.beforeSynchronize(path);
        await file.synchronize();
      },
      close: async () => {
        await file.close();
        this.openFiles -= 1;
      },
    };
  }
}
