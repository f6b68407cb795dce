import type { LogFileSystem, RandomAccessFile } from '../../src/index.js';

/** What a {@link SimulatedDisk} is asked to do. */
export type DiskOperation =
  | 'makeDirectory'
  | 'list'
  | 'open'
  | 'rename'
  | 'remove'
  | 'syncDirectory'
  | 'read'
  | 'write'
  | 'truncate'
  | 'synchronize';

/** How an operation goes wrong: with this code, a write after this many bytes. */
export interface Fault {
  readonly code: string;
  readonly bytesWritten?: number | undefined;
}

/** What a power loss keeps or loses as one. */
const SECTOR_BYTES = 512;

interface Inode {
  bytes: Buffer;
  /** As the last fsync left it. */
  safe: Buffer;
}

type Names = Map<string, Inode>;

/** What a name is from now on: of this file, or of none. */
type NameChange = readonly (readonly [path: string, inode: Inode | undefined])[];

/**
 * A disk in memory that fails when told to, and that can lose its power: then every sector that was not
 * synced is as it was, or as it was written, whatever the order; and of what was created, renamed and removed
 * since the last fsync of the directory any part has happened.
 */
export class SimulatedDisk implements LogFileSystem {
  readonly #names: Names;
  #safeNames: Names;
  #unsafeChanges: readonly NameChange[];

  /** Asked before every operation. */
  fault: (operation: DiskOperation, path: string) => Fault | undefined = () => undefined;

  /** @param names - The files on it. @param unsafeChanges - What made them of the safe ones. */
  constructor(
    names: Names = new Map(),
    safeNames: Names = new Map(names),
    unsafeChanges: readonly NameChange[] = [],
  ) {
    this.#names = names;
    this.#safeNames = safeNames;
    this.#unsafeChanges = unsafeChanges;
  }

  async makeDirectory(path: string): Promise<void> {
    this.#check('makeDirectory', path);
    throw systemError('EEXIST', path);
  }

  async list(path: string): Promise<readonly string[]> {
    this.#check('list', path);
    return [...this.#names.keys()]
      .filter((name) => name.startsWith(`${path}/`))
      .map((name) => name.slice(path.length + 1));
  }

  async open(path: string, mode: 'existing' | 'create'): Promise<RandomAccessFile> {
    this.#check('open', path);
    const found = this.#names.get(path);
    if (mode === 'existing') {
      if (found === undefined) throw systemError('ENOENT', path);
      return this.#file(path, found);
    }
    if (found !== undefined) throw systemError('EEXIST', path);
    const inode = { bytes: Buffer.alloc(0), safe: Buffer.alloc(0) };
    this.#change([[path, inode]]);
    return this.#file(path, inode);
  }

  async rename(from: string, to: string): Promise<void> {
    this.#check('rename', from);
    const inode = this.#names.get(from);
    if (inode === undefined) throw systemError('ENOENT', from);
    this.#change([
      [from, undefined],
      [to, inode],
    ]);
  }

  async remove(path: string): Promise<void> {
    this.#check('remove', path);
    if (!this.#names.has(path)) throw systemError('ENOENT', path);
    this.#change([[path, undefined]]);
  }

  async syncDirectory(path: string): Promise<void> {
    this.#check('syncDirectory', path);
    this.#safeNames = new Map(this.#names);
    this.#unsafeChanges = [];
  }

  /** The disk as the next process finds it when this one is killed now: what was not synced still is not. */
  afterKill(): SimulatedDisk {
    const copies = new Map<Inode, Inode>();
    const copyOf = (inode: Inode): Inode => {
      const copy = copies.get(inode) ?? { bytes: Buffer.from(inode.bytes), safe: Buffer.from(inode.safe) };
      copies.set(inode, copy);
      return copy;
    };
    return new SimulatedDisk(
      mapInodes(this.#names, copyOf),
      mapInodes(this.#safeNames, copyOf),
      this.#unsafeChanges.map((change) => change.map(([path, inode]) => [path, inode && copyOf(inode)])),
    );
  }

  /** The disk as it may be after losing its power now. */
  afterPowerLoss(random: () => number): SimulatedDisk {
    const names = new Map(this.#safeNames);
    for (const change of this.#unsafeChanges) if (random() < 0.5) makeChange(names, change);
    return new SimulatedDisk(mapInodes(names, (inode) => safeInode(whatRemains(inode, random))));
  }

  /** The names of all files, without their directories. */
  get names(): readonly string[] {
    return [...this.#names.keys()].map((path) => path.slice(path.lastIndexOf('/') + 1));
  }

  /** The bytes of the only file whose name ends so. */
  bytesOf(suffix: string): Buffer {
    const found = [...this.#names].filter(([path]) => path.endsWith(suffix));
    if (found.length !== 1) throw new Error(`${found.length} files end with ${suffix}`);
    return (found[0] as [string, Inode])[1].bytes;
  }

  /** Puts a file there, safe. */
  plant(path: string, bytes: Uint8Array): void {
    this.#names.set(path, safeInode(Buffer.from(bytes)));
  }

  #check(operation: DiskOperation, path: string): void {
    const fault = this.fault(operation, path);
    if (fault !== undefined) throw systemError(fault.code, path);
  }

  #change(change: NameChange): void {
    makeChange(this.#names, change);
    this.#unsafeChanges = [...this.#unsafeChanges, change];
  }

  #file(path: string, inode: Inode): RandomAccessFile {
    const readSync = (target: Uint8Array, position: number): number => {
      this.#check('read', path);
      const source = inode.bytes.subarray(position, position + target.length);
      target.set(source);
      return source.length;
    };
    return {
      size: async () => inode.bytes.length,
      read: async (target, position) => readSync(target, position),
      readSync,
      write: async (source, position) => {
        const fault = this.fault('write', path);
        const written =
          fault === undefined ? source.length : Math.min(fault.bytesWritten ?? 0, source.length);
        inode.bytes = overwritten(inode.bytes, source.subarray(0, written), position);
        if (fault !== undefined) throw systemError(fault.code, path);
        return written;
      },
      truncate: async (length) => {
        this.#check('truncate', path);
        inode.bytes = Buffer.from(inode.bytes.subarray(0, length));
      },
      synchronize: async () => {
        this.#check('synchronize', path);
        inode.safe = Buffer.from(inode.bytes);
      },
      close: async () => undefined,
    };
  }
}

function makeChange(names: Names, change: NameChange): void {
  for (const [path, inode] of change) {
    if (inode === undefined) names.delete(path);
    else names.set(path, inode);
  }
}

function mapInodes(names: Names, map: (inode: Inode) => Inode): Names {
  return new Map([...names].map(([path, inode]) => [path, map(inode)]));
}

function safeInode(bytes: Buffer): Inode {
  return { bytes: Buffer.from(bytes), safe: Buffer.from(bytes) };
}

function overwritten(bytes: Buffer, source: Uint8Array, position: number): Buffer {
  const grown = Buffer.alloc(Math.max(bytes.length, position + source.length));
  grown.set(bytes);
  grown.set(source, position);
  return grown;
}

function whatRemains({ bytes, safe }: Inode, random: () => number): Buffer {
  const length = random() < 0.5 ? bytes.length : safe.length;
  const remains = Buffer.alloc(length);
  for (let at = 0; at < length; at += SECTOR_BYTES) {
    const source = random() < 0.5 ? bytes : safe;
    remains.set(source.subarray(at, Math.min(at + SECTOR_BYTES, length)), at);
  }
  return remains;
}

function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: simulated, '${path}'`), { code });
}
