/**
 * What a fold needs of an abstract-level database: `classic-level`, `memory-level`, or another that reads
 * synchronously and has explicit snapshots. (`browser-level` has neither.)
 */
export interface LevelEngine {
  /** Path of the database; engines without files have none. */
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
  getSync(key: Uint8Array, options: LevelGetOptions): unknown;
  /** One commit. */
  batch(operations: LevelOperation[], options: LevelWriteOptions): Promise<void>;
  /** The same, filled step by step. */
  batch(): LevelBatch;
  iterator(options: LevelIteratorOptions): LevelIterator;
  snapshot(): LevelSnapshot;
  compactRange?(start: string, end: string, options: LevelEncodings): Promise<void>;
  approximateSize?(start: string, end: string, options: LevelEncodings): Promise<number>;
}

/** Keys as text, values as bytes. */
export interface LevelEncodings {
  readonly keyEncoding: 'utf8';
  readonly valueEncoding: 'view';
}

/** How to read: the state now, or that of a snapshot. */
export interface LevelReadOptions extends LevelEncodings {
  readonly snapshot?: LevelSnapshot;
}

/** Keys and values as bytes. */
export interface LevelBytes {
  readonly keyEncoding: 'view';
  readonly valueEncoding: 'view';
}

/** How to read one key. */
export interface LevelGetOptions extends LevelBytes {
  readonly snapshot?: LevelSnapshot;
}

/** Part of a commit. */
export type LevelOperation =
  | { readonly type: 'put'; readonly key: string; readonly value: Uint8Array }
  | { readonly type: 'del'; readonly key: string };

/** A commit that is being filled. Closing it unwritten discards it. */
export interface LevelBatch {
  put(key: Uint8Array, value: Uint8Array, options: LevelBytes): unknown;
  put(key: string, value: Uint8Array, options: LevelEncodings): unknown;
  del(key: Uint8Array, options: LevelBytes): unknown;
  write(options: { readonly sync: boolean }): Promise<void>;
  close(): Promise<void>;
}

/** How to write. */
export interface LevelWriteOptions extends LevelEncodings {
  readonly sync: boolean;
}

/** What to iterate over. */
export interface LevelIteratorOptions extends LevelReadOptions {
  readonly gte: string;
  readonly lt?: string;
  readonly values?: boolean;
  /** The most bytes of one page, which its last entry may exceed. */
  readonly highWaterMarkBytes: number;
}

/** Entries in key order, of the state at its creation or of a snapshot. */
export interface LevelIterator {
  /** Text and bytes, when they were asked for. */
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

/** Whatever the database's own encodings are. */
export const ENCODINGS: LevelEncodings = Object.freeze({ keyEncoding: 'utf8', valueEncoding: 'view' });

/** Where keys are bytes, too. */
export const BYTES: LevelBytes = Object.freeze({ keyEncoding: 'view', valueEncoding: 'view' });

/**
 * The value of a key, which is given as bytes: given a text, the engine drops a last character of several bytes when
 * its buffer has room for a part of it only (classic-level 3.0.0).
 */
export function getBytes(
  engine: LevelEngine,
  key: Uint8Array,
  snapshot?: LevelSnapshot,
): Uint8Array | undefined {
  const options = snapshot === undefined ? BYTES : { ...BYTES, snapshot };
  return engine.getSync(key, options) as Uint8Array | undefined;
}
