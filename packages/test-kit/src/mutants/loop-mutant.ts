import {
  type AppliedWatch,
  type KvStore,
  type KvUpdate,
  type SnapshotStore,
  type WatchChunk,
  type WatchOptions,
  watchApplied,
} from '@slipstream/core';
import type { LoopHarness } from '../loop/loop-harness.js';
import { type Mutant, override } from './mutant.js';

export type LoopMutant = Mutant<LoopHarness>;

/** A mutation of the loop by what it is given. */
export function ofGiven(
  change: <U>(options: WatchOptions<U>) => Partial<WatchOptions<U>>,
): LoopMutant['mutate'] {
  return (harness) => ({
    ...harness,
    watchApplied<U = KvUpdate>(options: WatchOptions<U>) {
      return (harness.watchApplied ?? watchApplied)<U>({ ...options, ...change(options) });
    },
  });
}

/** A mutation of what the loop sees of its source. */
export function ofSource(
  change: (source: KvStore, store: SnapshotStore | undefined) => Partial<KvStore>,
): LoopMutant['mutate'] {
  return ofGiven(({ source, store }) => {
    const mutated = (opened: KvStore): KvStore => override(opened, change(opened, store));
    if (typeof source !== 'function') return { source: mutated(source) };
    return { source: async (signal) => mutated(await source(signal)) };
  });
}

/** A mutation of the chunks that the loop sees. */
export function ofDelivery(
  change: (chunks: AsyncIterable<WatchChunk>) => AsyncIterable<WatchChunk>,
): LoopMutant['mutate'] {
  return ofSource(({ watcher }) =>
    watcher === undefined
      ? {}
      : { watcher: { watch: (scope, options) => change(watcher.watch(scope, options)) } },
  );
}

/** A mutation of each chunk that the loop sees. */
export function ofChunk(change: (chunk: WatchChunk) => WatchChunk): LoopMutant['mutate'] {
  return ofDelivery(async function* (chunks) {
    for await (const chunk of chunks) yield change(chunk);
  });
}

/** A mutation of how the loop commits. */
export function ofCommit(change: (store: SnapshotStore) => SnapshotStore['apply']): LoopMutant['mutate'] {
  return ofGiven(({ store }) =>
    store === undefined ? {} : { store: override(store, { apply: change(store) }) },
  );
}

/** A mutation of the running watch. */
export function ofHold(
  change: (watch: AppliedWatch, given: Pick<WatchOptions, 'source' | 'store'>) => Partial<AppliedWatch>,
): LoopMutant['mutate'] {
  return (harness) => ({
    ...harness,
    watchApplied<U = KvUpdate>(options: WatchOptions<U>) {
      const watch = (harness.watchApplied ?? watchApplied)<U>(options);
      return override(watch, change(watch, options));
    },
  });
}
