import type { LevelBounds } from './keyspace.js';
import { ENCODINGS, type LevelEngine, type LevelSnapshot } from './level-engine.js';

/** What the engine reads at once, on another thread. */
const PAGE_ENTRIES = 1000;
/** So that a page of large values stays small. */
const PAGE_BYTES = 256 * 1024;

/** A key of the database and, when it was asked for, its value. */
export type LevelRow = readonly [key: string, stored: Uint8Array];

/** What to read. */
export interface PagesOptions {
  readonly bounds: LevelBounds;
  /** @defaultValue the state at the first `next()` */
  readonly snapshot?: LevelSnapshot | undefined;
  /** Whether the records are wanted, or only their keys. @defaultValue true */
  readonly values?: boolean;
  /** At most this many entries. @defaultValue all */
  readonly limit?: number | undefined;
}

/** Keys and records in order, from one state, as the engine has them. */
export async function* readPages(
  engine: LevelEngine,
  { bounds, snapshot, values = true, limit = Number.POSITIVE_INFINITY }: PagesOptions,
): AsyncGenerator<readonly LevelRow[], void, undefined> {
  const iterator = engine.iterator({
    ...bounds,
    ...ENCODINGS,
    values,
    highWaterMarkBytes: PAGE_BYTES,
    ...(snapshot && { snapshot }),
  });
  try {
    for (let remaining = limit; remaining > 0; ) {
      const page = await iterator.nextv(Math.min(PAGE_ENTRIES, remaining));
      if (page.length === 0) return;
      yield page as LevelRow[];
      remaining -= page.length;
    }
  } finally {
    await iterator.close();
  }
}
