/**
 * What a fold needs of an abstract-level database: `classic-level`, `memory-level`, or another that reads
 * synchronously and has explicit snapshots. (`browser-level` has neither.)
 */
export interface LevelEngine {
  /** Where it is; not every engine is somewhere. */
  readonly location?: string;
  readonly status: string;
  readonly supports: {
    readonly getSync?: boolean;
    readonly explicitSnapshots?: boolean;
    readonly additionalMethods: { readonly [method: string]: boolean };
  };
  open(): Promise<void>;
  close(): Promise<void>;
  /** Bytes, when it is asked for bytes: the declared type is that of the database's own encoding. */
  getSync(key: Uint8Array, options: LevelReadOptions): unknown;
  hasMany(keys: Uint8Array[], options: LevelReadOptions): Promise<boolean[]>;
  batch(): LevelBatch;
  iterator(options: LevelIteratorOptions): LevelIterator;
  snapshot(): LevelSnapshot;
  compactRange?(start: Uint8Array, end: Uint8Array, options: BytesEncoding): Promise<void>;
  approximateSize?(start: Uint8Array, end: Uint8Array, options: BytesEncoding): Promise<number>;
}

/** Keys as bytes. */
interface BytesEncoding {
  readonly keyEncoding: 'view';
}

/** How to read: bytes, of the state now or of a snapshot. */
export interface LevelReadOptions extends BytesEncoding {
  readonly valueEncoding: 'view';
  readonly snapshot?: LevelSnapshot;
}

/** A write that is one commit. */
export interface LevelBatch {
  put(key: Uint8Array, value: Uint8Array, options: LevelReadOptions): unknown;
  del(key: Uint8Array, options: BytesEncoding): unknown;
  write(options: { readonly sync: boolean }): Promise<void>;
  close(): Promise<void>;
}

/** What to iterate over. */
export interface LevelIteratorOptions extends LevelReadOptions {
  readonly gte: Uint8Array;
  readonly lt?: Uint8Array;
  readonly values?: boolean;
  /** Bytes that one page may hold, or one entry more. */
  readonly highWaterMarkBytes: number;
}

/** Entries in key order, of the state at its creation or of a snapshot. */
export interface LevelIterator {
  /** Bytes, when they were asked for. */
  nextv(size: number): Promise<[unknown, unknown][]>;
  close(): Promise<void>;
}

/** A state that stays readable. */
export interface LevelSnapshot {
  ref(): void;
  unref(): void;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Keys and values as bytes, whatever the database's own encodings are. */
export const AS_BYTES: LevelReadOptions = Object.freeze({ keyEncoding: 'view', valueEncoding: 'view' });

/** The value of a key, as bytes. */
export function getBytes(
  engine: LevelEngine,
  key: Uint8Array,
  snapshot?: LevelSnapshot,
): Uint8Array | undefined {
  const options = snapshot === undefined ? AS_BYTES : { ...AS_BYTES, snapshot };
  return engine.getSync(key, options) as Uint8Array | undefined;
}
