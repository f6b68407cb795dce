import { compareKeys, type KvEntry, SlipstreamError, type SnapshotStore } from '@slipstream/core';
import { collect } from '@slipstream/core/testing';
import { ofRange, ofStore, type SnapshotStoreMutant } from './snapshot-store-mutant.js';

const sifted = (keep: (entry: KvEntry, prefix: string) => boolean): SnapshotStoreMutant['mutate'] =>
  ofRange(async function* (store, prefix, options) {
    for await (const entry of store.range(prefix, options)) if (keep(entry, prefix)) yield entry;
  });

/** Mistakes in reading. */
export const rangeMutants: readonly SnapshotStoreMutant[] = [
  {
    id: 'finds-neighbours',
    defect: 'answers a get with the next key that has it as a prefix',
    killedBy: ['read/missing-key'],
    mutate: ofStore((store) => ({ get: async (key) => (await collect(store.range(key), 1))[0] })),
  },
  {
    id: 'drops-missing-keys',
    defect: 'answers getMany with what it found',
    killedBy: ['read/get-many'],
    mutate: ofStore((store) => ({
      getMany: async (keys) => (await store.getMany(keys)).filter((entry) => entry !== undefined),
    })),
  },
  {
    id: 'counts-updates',
    defect: 'counts updates instead of keys',
    killedBy: ['read/stats'],
    mutate: ofStore((store) => {
      let entries = 0;
      return {
        apply: (updates, cursor) => {
          entries += updates.length;
          return store.apply(updates, cursor);
        },
        stats: async () => ({ ...(await store.stats()), entries }),
      };
    }),
  },
  {
    id: 'stale-synchronous-reads',
    defect: 'reads synchronously from a cache that deletes do not reach',
    killedBy: ['read/synchronous'],
    mutate: ofStore((store) => {
      const { sync } = store;
      const cache = new Map<string, KvEntry>();
      return {
        apply(updates, cursor) {
          for (const update of updates) if (update.kind === 'put') cache.set(update.key, update);
          return store.apply(updates, cursor);
        },
        sync: sync && { ...sync, get: (key) => cache.get(key) },
      };
    }),
  },
  {
    id: 'synchronous-range-ignores-options',
    defect: 'forgets after and limit in the synchronous range',
    killedBy: ['read/synchronous-range'],
    mutate: ofStore(({ sync }) => ({
      sync: sync && { ...sync, range: (prefix) => sync.range?.(prefix) ?? [] },
    })),
  },
  {
    id: 'utf16-order',
    defect: 'orders keys as JavaScript does',
    killedBy: ['range/byte-order'],
    mutate: ofRange(async function* (store, prefix, options) {
      yield* (await collect(store.range(prefix, options))).sort((a, b) => (a.key < b.key ? -1 : 1));
    }),
  },
  {
    id: 'leaks-prefix',
    defect: 'takes the first token of a prefix for all of it',
    killedBy: ['range/prefix-isolation'],
    mutate: ofRange((store, prefix, options) => store.range(prefix.replace(/\.$/, ''), options)),
  },
  {
    id: 'ends-at-the-highest-unit',
    defect: 'ends a range at its prefix followed by U+FFFF',
    killedBy: ['range/highest-prefix'],
    mutate: sifted(({ key }, prefix) => compareKeys(key, `${prefix}\uffff`) < 0),
  },
  {
    id: 'after-is-inclusive',
    defect: 'begins a page with the key it was to come after',
    killedBy: ['range/paging', 'range/after'],
    mutate: ofRange(async function* (store, prefix, options) {
      const at = options?.after === undefined ? undefined : await store.get(options.after);
      const entries = await collect(store.range(prefix, options));
      yield* (at === undefined ? entries : [at, ...entries]).slice(0, options?.limit);
    }),
  },
  {
    id: 'ignores-limit',
    defect: 'yields everything whatever the limit',
    killedBy: ['range/limit'],
    mutate: ofRange((store, prefix, options) => store.range(prefix, { after: options?.after })),
  },
  {
    id: 'keys-ignore-options',
    defect: 'forgets after and limit in keys',
    killedBy: ['range/keys-agree'],
    mutate: ofStore((store) => ({ keys: (prefix) => store.keys(prefix) })),
  },
  {
    id: 'live-range-view',
    defect: 'looks up each next entry when it is requested',
    killedBy: ['range/one-state', 'range/keys-one-state'],
    mutate: ofRange(async function* (store, prefix, options) {
      let [entry] = await collect(store.range(prefix, { ...options, limit: 1 }));
      while (entry !== undefined) {
        yield entry;
        [entry] = await collect(store.range(prefix, { after: entry.key, limit: 1 }));
      }
    }),
  },
  {
    id: 'live-synchronous-view',
    defect: 'looks up each next entry when a synchronous iteration requests it',
    killedBy: ['range/synchronous-one-state'],
    mutate: ofStore(({ sync }) => ({
      sync: sync && {
        ...sync,
        *range(prefix, options) {
          let [entry] = sync.range?.(prefix, { ...options, limit: 1 }) ?? [];
          while (entry !== undefined) {
            yield entry;
            [entry] = sync.range?.(prefix, { after: entry.key, limit: 1 }) ?? [];
          }
        },
      },
    })),
  },
  {
    id: 'hands-out-its-own-bytes',
    defect: 'gives every reader of a version the same array',
    killedBy: ['read/owned-values'],
    mutate: ofStore((store) => {
      const cache = new Map<string, KvEntry>();
      return {
        async get(key) {
          const entry = await store.get(key);
          if (entry === undefined) return undefined;
          const name = `${key} ${entry.version}`;
          if (!cache.has(name)) cache.set(name, entry);
          return cache.get(name);
        },
      };
    }),
  },
  {
    id: 'hands-out-reused-buffers',
    defect: 'reads every value into the same memory',
    killedBy: ['read/values-stay'],
    mutate: ofStore((store) => {
      const memory = new Uint8Array(1 << 16);
      return {
        async get(key) {
          const entry = await store.get(key);
          if (entry === undefined) return undefined;
          memory.set(entry.value);
          return { ...entry, value: memory.subarray(0, entry.value.length) };
        },
      };
    }),
  },
  {
    id: 'iterators-block-writes',
    defect: 'takes no writes until every iteration has run to its end',
    killedBy: ['range/left-early'],
    mutate: ofStore((store) => {
      let running = 0;
      return {
        async *range(prefix, options) {
          running += 1;
          for await (const entry of store.range(prefix, options)) yield entry;
          running -= 1;
        },
        async apply(updates, cursor) {
          if (running > 0) throw new SlipstreamError('STORE_FAILED', `${running} iterations are running`);
          await store.apply(updates, cursor);
        },
      };
    }),
  },
  {
    id: 'one-iteration-at-a-time',
    defect: 'ends an iteration when another begins',
    killedBy: ['range/side-by-side'],
    mutate: ofStore((store) => ({ keys: exclusively(store) })),
  },
  {
    id: 'page-limit',
    defect: 'yields at most 10,000 entries',
    killedBy: ['limits/large-fold'],
    mutate: ofRange((store, prefix, options) => store.range(prefix, { limit: 10_000, ...options })),
  },
  {
    id: 'empty-fold-throws',
    defect: 'has no range as long as it is empty',
    killedBy: ['limits/empty-fold'],
    mutate: ofRange(async function* (store, prefix, options) {
      if ((await store.stats()).entries === 0) throw new SlipstreamError('NOT_FOUND', 'there are no entries');
      yield* store.range(prefix, options);
    }),
  },
];

function exclusively(store: SnapshotStore): SnapshotStore['keys'] {
  let latest = 0;
  return async function* (prefix, options) {
    latest += 1;
    const own = latest;
    for await (const key of store.keys(prefix, options)) {
      if (own !== latest) return;
      yield key;
    }
  };
}
