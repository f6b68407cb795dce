import { basename, join } from 'node:path';
import { type KvEntry, SlipstreamError, type SnapshotStore, type WatchCursor } from '@slipstream/core';
import type { OpenFile } from '../file-system/artifact-file-system.js';
import type { ByteSink } from '../portable/byte-streams.js';
import { assertCompression } from '../portable/compression.js';
import { PORTABLE_BACKEND, PORTABLE_PATH, PORTABLE_VERSION } from '../portable/portable-format.js';
import { readEntries } from '../portable/read-entries.js';
import { writeEntries } from '../portable/write-entries.js';
import type { ResolvedExportOptions } from './export-options.js';
import type { BegunCopy } from './fold-copy.js';

// Reading this many takes a few tenths of a millisecond.
const ENTRIES_AT_ONCE = 256;

/** Starts writing the entries of any fold into the empty directory `data`, as one file. */
export async function beginPortableCopy(
  store: SnapshotStore,
  data: string,
  options: ResolvedExportOptions<unknown>,
  isLive: boolean,
): Promise<BegunCopy> {
  assertCompression(options.compression);
  const { cursor } = store;
  const entries = entriesOf(store);
  // A range sees the state of its first `next()`.
  const first = await entries.next();
  return {
    async finish() {
      const path = join(data, basename(PORTABLE_PATH));
      let written: number;
      try {
        written = await write(path, goOn(first, entries), cursor, options);
      } finally {
        // Frees what the engine holds for the range, however far it was read.
        await entries.return();
      }
      if (!isLive && !cursor.equals(store.cursor)) throw notAtRestError(store);
      options.report('verifying', 0);
      const read = await readBack(path, options);
      if (read !== written) {
        throw new SlipstreamError('STORE_FAILED', `${path}: wrote ${written} entries, and read ${read} back`);
      }
      return { backend: PORTABLE_BACKEND, backendVersion: PORTABLE_VERSION, cursor, entries: written };
    },
  };
}

/** The entries of a fold, some at a time, without a promise for each where the engine can. */
async function* entriesOf(store: SnapshotStore): AsyncGenerator<readonly KvEntry[], void, undefined> {
  const synchronous = store.sync?.range?.('');
  let some: KvEntry[] = [];
  if (synchronous !== undefined) {
    for (const entry of synchronous) {
      if (some.push(entry) < ENTRIES_AT_ONCE) continue;
      yield some;
      some = [];
    }
  } else {
    for await (const entry of store.range('')) {
      if (some.push(entry) < ENTRIES_AT_ONCE) continue;
      yield some;
      some = [];
    }
  }
  if (some.length > 0) yield some;
}

/** An iteration whose first step was taken elsewhere, that step included. */
async function* goOn<T>(
  first: IteratorResult<T, void>,
  rest: AsyncGenerator<T, void, undefined>,
): AsyncGenerator<T, void, undefined> {
  if (first.done) return;
  yield first.value;
  yield* rest;
}

async function write(
  path: string,
  entries: AsyncIterable<readonly KvEntry[]>,
  cursor: WatchCursor,
  { fileSystem, compression, report }: ResolvedExportOptions<unknown>,
): Promise<number> {
  const file = await fileSystem.create(path);
  try {
    const totals = await writeEntries(entries, reporting(file, report), { cursor, compression });
    await file.synchronize();
    return totals.entries;
  } finally {
    await file.close();
  }
}

function reporting(file: OpenFile, report: ResolvedExportOptions<unknown>['report']): ByteSink {
  let bytes = 0;
  return {
    async write(source) {
      await file.write(source);
      bytes += source.length;
      report('copying', bytes);
    },
  };
}

/** Decodes all of what was written; the number of its entries. */
async function readBack(
  path: string,
  { fileSystem, report }: ResolvedExportOptions<unknown>,
): Promise<number> {
  const file = await fileSystem.open(path, 'read');
  try {
    const { size } = await file.status();
    let entries = 0;
    const limits = { fileBytes: size, maxBytes: Number.POSITIVE_INFINITY };
    for await (const some of readEntries(file, limits)) {
      entries += some.length;
      report('verifying', size);
    }
    return entries;
  } finally {
    await file.close();
  }
}

function notAtRestError({ backend }: SnapshotStore): SlipstreamError {
  return new SlipstreamError('UNSUPPORTED', `the ${backend} fold was applied to while it was exported`, {
    hint: 'Export through the watch or replica that applies to it.',
  });
}
