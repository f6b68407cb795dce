/** What an entry of `kv.watch()` says, as far as a fold needs it. */
export interface HandUpdate {
  readonly key: string;
  readonly value: Uint8Array;
  readonly revision: number;
  readonly operation: 'PUT' | 'DEL' | 'PURGE';
}

/** What a good engineer writes around an engine when nothing else is at hand. */
export interface HandMadeFold {
  /** Writes the updates and the last revision in one commit. */
  write(updates: readonly HandUpdate[]): void | Promise<void>;
  /** How many entries there are. Reads them all if it has to: it is asked when nothing is measured. */
  count(): number | Promise<number>;
  /** The value of a key. */
  get(key: string): Uint8Array | undefined;
  /** The same off the event loop where the engine can, and a promise of {@link get} where it cannot. */
  getLater(key: string): Promise<Uint8Array | undefined>;
  /** Reads every key and value under a prefix; returns how many. */
  range(prefix: string): number | Promise<number>;
  close(): void | Promise<void>;
}

/** Updates per commit: what the defaults of such programs come to. */
export const HAND_BATCH = 1_024;
