import { type KvEntry, type KvReader, SlipstreamError } from '@slipstream/core';
import { collect } from '@slipstream/core/testing';
import { type KvStoreMutant, ofHandle, ofOperations } from './kv-store-mutant.js';

const ofReader = (change: (reader: KvReader) => Partial<KvReader>): KvStoreMutant['mutate'] =>
  ofOperations('reader', change);

const window = 1_000;

/** Mistakes in reading. */
export const readerMutants: readonly KvStoreMutant[] = [
  {
    id: 'overstates-itself',
    defect: 'declares a capability that it has not',
    killedBy: ['manifest/capabilities'],
    mutate: ofHandle(({ capabilities }) => ({ capabilities: { ...capabilities, ttl: !capabilities.ttl } })),
  },
  {
    id: 'hides-its-purger',
    defect: 'declares a purger and has none',
    killedBy: ['manifest/members'],
    mutate: ofHandle(() => ({ purger: undefined })),
  },
  {
    id: 'log-begins-at-zero',
    defect: 'says that the first revision of an empty log is 0, as its server does',
    killedBy: ['read/empty-bucket'],
    mutate: ofHandle((store) => ({
      async status(options) {
        const status = await store.status(options);
        return status.messages === 0 ? { ...status, firstRevision: 0n } : status;
      },
    })),
  },
  {
    id: 'counts-no-markers',
    defect: 'reports live keys as messages',
    killedBy: ['read/status'],
    mutate: ofHandle((store) => ({
      async status(options) {
        const status = await store.status(options);
        return { ...status, messages: (await collect(store.reader.keys(''))).length };
      },
    })),
  },
  {
    id: 'finds-neighbours',
    defect: 'answers a get with the first key that has it as a prefix',
    killedBy: ['read/missing-key'],
    mutate: ofReader((reader) => ({
      get: async (key, options) => (await collect(reader.scan(key, options), 1))[0],
    })),
  },
  {
    id: 'get-shows-markers',
    defect: 'takes a delete marker for an empty value',
    killedBy: ['read/delete-markers', 'read/purge-markers'],
    mutate: ofReader((reader) => ({ get: (key, options) => reader.entry(key, options) })),
  },
  {
    id: 'empty-value-is-missing',
    defect: 'takes an empty value for a delete marker',
    killedBy: ['read/empty-value'],
    mutate: ofReader((reader) => ({
      async get(key, options) {
        const entry = await reader.get(key, options);
        return entry?.value.length === 0 ? undefined : entry;
      },
    })),
  },
  {
    id: 'lists-whole-tokens',
    defect: 'takes the end of a prefix for the end of a token',
    killedBy: ['read/prefixes'],
    mutate: ofReader((reader) => ({
      async *keys(prefix, options) {
        const stem = prefix === '' || prefix.endsWith('.') ? prefix : `${prefix}.`;
        for await (const key of reader.keys(prefix, options)) if (key.startsWith(stem)) yield key;
      },
    })),
  },
  {
    id: 'lists-keys-twice',
    defect: 'lists keys twice when they are not the oldest',
    killedBy: ['read/each-key-once'],
    mutate: ofReader((reader) => ({
      async *keys(prefix, options) {
        for await (const { key, version } of reader.scan(prefix, options)) {
          yield key;
          if ((version.revision ?? 0n) > 2n) yield key;
        }
      },
    })),
  },
  {
    id: 'lists-one-window',
    defect: 'ends a listing after the first window of messages',
    killedBy: ['read/many-keys'],
    mutate: ofReader((reader) => ({
      async *keys(prefix, options) {
        yield* await collect(reader.keys(prefix, options), window);
      },
    })),
  },
  {
    id: 'lists-by-scanning',
    defect: 'transfers the values to list the keys',
    killedBy: ['read/keys-without-values'],
    mutate: ofReader((reader) => ({
      async *keys(prefix, options) {
        for await (const { key } of reader.scan(prefix, options)) yield key;
      },
    })),
  },
  {
    id: 'knows-live-keys-only',
    defect: 'leaves the keys with a marker out of those that it knows',
    killedBy: ['read/known-keys'],
    mutate: ofReader((reader) => ({ knownKeys: (prefix, options) => reader.keys(prefix, options) })),
  },
  {
    id: 'hands-out-its-own-bytes',
    defect: 'gives every reader the same array',
    killedBy: ['read/owned-values'],
    mutate: ofReader((reader) => {
      const cache = new Map<string, KvEntry>();
      return {
        async get(key, options) {
          const entry = await reader.get(key, options);
          if (entry === undefined) return undefined;
          const name = `${key} ${entry.version}`;
          if (!cache.has(name)) cache.set(name, entry);
          return cache.get(name);
        },
      };
    }),
  },
  {
    id: 'asks-for-any-key',
    defect: 'does not check the keys that it reads',
    killedBy: ['read/invalid-keys'],
    mutate: ofReader((reader) => ({
      async get(key, options) {
        try {
          return await reader.get(key, options);
        } catch (error) {
          if (SlipstreamError.is(error, 'INVALID_KEY')) return undefined;
          throw error;
        }
      },
    })),
  },
  {
    id: 'leaks-listings',
    defect: 'keeps the consumer of a listing that was left',
    killedBy: ['read/left-early'],
    mutate: ofReader((reader) => ({
      scan: (prefix, options) => withoutReturn(reader.scan(prefix, options)),
    })),
  },
  {
    id: 'takes-silence-for-absence',
    defect: 'answers undefined when the server says nothing',
    killedBy: ['lifecycle/silent-peer'],
    mutate: ofReader((reader) => ({
      async get(key, options) {
        try {
          return await reader.get(key, options);
        } catch (error) {
          if (SlipstreamError.is(error, 'TIMEOUT')) return undefined;
          throw error;
        }
      },
    })),
  },
  {
    id: 'ignores-request-signals',
    defect: 'ignores the signal of a request',
    killedBy: ['lifecycle/abort'],
    mutate: ofReader((reader) => ({ get: (key) => reader.get(key) })),
  },
];

function withoutReturn<T>(items: AsyncIterable<T>): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = items[Symbol.asyncIterator]();
      return { next: () => iterator.next() };
    },
  };
}
