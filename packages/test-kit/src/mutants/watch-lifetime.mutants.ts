import { all, type WatchChunk } from '@slipstream/core';
import { type KvStoreMutant, ofChunks, ofWatch } from './kv-store-mutant.js';

/** Mistakes in what a watch holds and frees. */
export const watchLifetimeMutants: readonly KvStoreMutant[] = [
  {
    id: 'drops-when-slow',
    defect: 'keeps 256 updates for a consumer that does not pull, and drops what is older',
    killedBy: ['watch/slow-consumer'],
    mutate: ofChunks((chunks) => dropping(chunks, 256)),
  },
  {
    id: 'hands-out-reused-buffers',
    defect: 'writes every chunk’s values into the same memory',
    killedBy: ['watch/values-stay'],
    mutate: ofChunks(async function* (chunks) {
      const arena = new Uint8Array(1 << 20);
      for await (const chunk of chunks) {
        let at = 0;
        const updates = chunk.updates.map((update) => {
          const value = arena.subarray(at, at + update.value.length);
          value.set(update.value);
          at += value.length;
          return { ...update, value };
        });
        yield { ...chunk, updates };
      }
    }),
  },
  {
    id: 'one-watch-per-store',
    defect: 'serves the latest watch only',
    killedBy: ['watch/side-by-side'],
    mutate: ofWatch((watch) => {
      let latest = 0;
      return async function* (scope, options) {
        latest += 1;
        const own = latest;
        for await (const chunk of watch(scope, options)) if (own === latest) yield chunk;
      };
    }),
  },
  {
    id: 'attaches-early',
    defect: 'asks the server when the watch is made, not when it is begun',
    killedBy: ['watch-lifetime/lazy'],
    mutate: ofWatch((watch) => (scope, options) => {
      const iterator = watch(scope, options)[Symbol.asyncIterator]();
      const first = iterator.next();
      first.catch(() => undefined);
      return (async function* () {
        const { done, value } = await first;
        if (done !== true) yield value;
        yield* { [Symbol.asyncIterator]: () => iterator };
      })();
    }),
  },
  {
    id: 'leaks-consumers',
    defect: 'leaves its consumer on the server when it ends',
    killedBy: ['watch-lifetime/left-early', 'watch-lifetime/abort-frees'],
    mutate: ofWatch(
      (watch) =>
        async function* (scope, options) {
          void watch(all())
            [Symbol.asyncIterator]()
            .next()
            .catch(() => undefined);
          yield* watch(scope, options);
        },
    ),
  },
  {
    id: 'ignores-abort',
    defect: 'ignores the signal of a watch',
    killedBy: ['watch-lifetime/abort'],
    mutate: ofWatch((watch) => (scope, options) => watch(scope, { resume: options?.resume })),
  },
];

async function* dropping(chunks: AsyncIterable<WatchChunk>, limit: number): AsyncGenerator<WatchChunk> {
  const kept: WatchChunk[] = [];
  let wake: () => void = () => undefined;
  let failure: unknown;
  void (async () => {
    try {
      for await (const chunk of chunks) {
        kept.push(chunk);
        while (kept.reduce((sum, { updates }) => sum + updates.length, 0) > limit) kept.shift();
        wake();
      }
    } catch (error) {
      failure = error;
      wake();
    }
  })();
  for (;;) {
    const chunk = kept.shift();
    if (chunk !== undefined) yield chunk;
    else if (failure !== undefined) throw failure;
    else
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  }
}
