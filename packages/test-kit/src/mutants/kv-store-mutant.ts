import type { KvStore, KvUpdate, KvWatcher, KvWatchOptions, WatchChunk, WatchScope } from '@slipstream/core';
import type { KvStoreHarness, TestBucketOptions } from '../kv-store/kv-store-harness.js';
import { type Mutant, override } from './mutant.js';

export type KvStoreMutant = Mutant<KvStoreHarness>;

type Chunks = AsyncIterable<WatchChunk>;

/** A mutation of every handle that the harness opens. */
export function ofHandle(change: (store: KvStore) => Partial<KvStore>): KvStoreMutant['mutate'] {
  const mutated = (store: KvStore): KvStore => override(store, change(store));
  return (harness) => ({
    ...harness,
    async createBucket(options) {
      const bucket = await harness.createBucket(options);
      return override(bucket, { store: mutated(bucket.store) });
    },
    ...(harness.openHandle && {
      openHandle: async (bucket) => mutated(await present(harness.openHandle)(bucket)),
    }),
    ...(harness.openMetered && {
      async openMetered(bucket) {
        const metered = await present(harness.openMetered)(bucket);
        return override(metered, { store: mutated(metered.store) });
      },
    }),
    ...(harness.recreate && {
      recreate: async (bucket) => mutated(await present(harness.recreate)(bucket)),
    }),
  });
}

/** A mutation of some of the reader's, writer's, purger's or timed writer's operations. */
export function ofOperations<Name extends 'reader' | 'writer' | 'purger' | 'ttl'>(
  name: Name,
  change: (operations: NonNullable<KvStore[Name]>, store: KvStore) => Partial<NonNullable<KvStore[Name]>>,
): KvStoreMutant['mutate'] {
  return ofHandle((store) => {
    const operations = store[name];
    if (operations === undefined) return {};
    return {
      [name]: override<NonNullable<KvStore[Name]>>(operations, change(operations, store)),
    } as Partial<KvStore>;
  });
}

/** A mutation of the watch as a whole. */
export function ofWatch(
  change: (watch: KvWatcher['watch'], store: KvStore) => KvWatcher['watch'],
): KvStoreMutant['mutate'] {
  return ofHandle((store) => {
    const { watcher } = store;
    return watcher === undefined ? {} : { watcher: { watch: change(watcher.watch.bind(watcher), store) } };
  });
}

/** A mutation of what a watch yields. */
export function ofChunks(
  change: (chunks: Chunks, scope: WatchScope, options: KvWatchOptions, store: KvStore) => Chunks,
): KvStoreMutant['mutate'] {
  return ofWatch(
    (watch, store) =>
      (scope, options = {}) =>
        change(watch(scope, options), scope, options, store),
  );
}

/** What a resume missed, without the versions that were overwritten since: for {@link ofChunks}. */
export async function* lastVersionsAfterResume(
  chunks: Chunks,
  _: WatchScope,
  { resume }: KvWatchOptions,
): AsyncGenerator<WatchChunk> {
  let isCatchingUp = resume !== undefined && !resume.isNone;
  const missed: KvUpdate[] = [];
  for await (const chunk of chunks) {
    if (isCatchingUp) missed.push(...chunk.updates);
    if (isCatchingUp && chunk.pending !== 0) continue;
    const last = new Map(missed.map((update) => [update.key, update]));
    yield isCatchingUp
      ? { ...chunk, updates: missed.filter((update) => last.get(update.key) === update) }
      : chunk;
    isCatchingUp = false;
  }
}

/** A mutation of how the bucket is made. */
export function ofOptions(
  change: (options: TestBucketOptions) => TestBucketOptions,
): KvStoreMutant['mutate'] {
  return (harness) => ({ ...harness, createBucket: (options) => harness.createBucket(change(options)) });
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the harness has lost a member');
  return value;
}
