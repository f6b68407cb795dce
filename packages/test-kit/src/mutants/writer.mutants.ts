import { closedError, type KvEntry, type KvWriter, SlipstreamError, VersionToken } from '@slipstream/core';
import { type KvStoreMutant, ofHandle, ofOperations, ofOptions } from './kv-store-mutant.js';
import { override } from './mutant.js';

const ofWriter = (change: (writer: KvWriter) => Partial<KvWriter>): KvStoreMutant['mutate'] =>
  ofOperations('writer', change);

/** Mistakes in writing, and in what a bucket keeps. */
export const writerMutants: readonly KvStoreMutant[] = [
  {
    id: 'truncates-values',
    defect: 'loses the last byte of a value',
    killedBy: ['read/round-trip'],
    mutate: ofWriter((writer) => ({
      put: (key, value, options) => writer.put(key, value.slice(0, -1), options),
    })),
  },
  {
    id: 'versions-stand-still',
    defect: 'answers a put with the same version always',
    killedBy: ['write/rising-versions'],
    mutate: ofWriter((writer) => ({
      async put(...given) {
        await writer.put(...given);
        return VersionToken.fromRevision(1);
      },
    })),
  },
  {
    id: 'create-overwrites-live',
    defect: 'takes a create for a put',
    killedBy: ['write/create-on-live', 'write/concurrent-creates', 'lifecycle/two-handles'],
    mutate: ofWriter((writer) => ({ create: (...given) => writer.put(...given) })),
  },
  {
    id: 'creates-once',
    defect: 'takes a marker for a live key when it creates',
    killedBy: ['write/create-after-delete', 'write/create-after-purge'],
    mutate: ofOperations('writer', (writer, { reader }) => ({
      async create(key, value, options) {
        if (await reader.entry(key, options)) throw new SlipstreamError('ALREADY_EXISTS', `${key} exists`);
        return writer.create(key, value, options);
      },
    })),
  },
  {
    id: 'checks-then-creates',
    defect: 'looks whether a key is live before it puts it, in two requests',
    killedBy: ['write/concurrent-creates'],
    mutate: ofOperations('writer', (writer, { reader }) => ({
      async create(key, value, options) {
        if (await reader.get(key, options)) throw new SlipstreamError('ALREADY_EXISTS', `${key} is live`);
        return writer.put(key, value, options);
      },
    })),
  },
  {
    id: 'updates-unconditionally',
    defect: 'takes an update for a put',
    killedBy: ['write/update', 'write/foreign-versions', 'write/concurrent-updates'],
    mutate: ofWriter((writer) => ({ update: (key, value, _, options) => writer.put(key, value, options) })),
  },
  {
    id: 'deletes-live-keys-only',
    defect: 'leaves no marker when there was nothing to delete',
    killedBy: ['write/delete'],
    mutate: ofOperations('writer', (writer, { reader }) => ({
      async delete(key, options) {
        const live = await reader.get(key, options);
        return live === undefined ? VersionToken.unknown : writer.delete(key, options);
      },
    })),
  },
  {
    id: 'deletes-unconditionally',
    defect: 'forgets the version that a delete expects',
    killedBy: ['write/delete-with-version'],
    mutate: ofWriter((writer) => ({ deleteWithVersion: (key, _, options) => writer.delete(key, options) })),
  },
  {
    id: 'cleans-keys',
    defect: 'replaces characters that a key may not have',
    killedBy: ['write/invalid-keys'],
    mutate: ofWriter((writer) => ({
      put: (key, value, options) => writer.put(key.replace(/[^-/_=.a-zA-Z0-9]/g, '_'), value, options),
    })),
  },
  {
    id: 'lowers-keys',
    defect: 'does not distinguish upper case from lower case',
    killedBy: ['write/valid-keys'],
    mutate: ofWriter((writer) => ({
      put: (key, value, options) => writer.put(key.toLowerCase(), value, options),
    })),
  },
  {
    id: 'cuts-large-values',
    defect: 'truncates a value that is too large',
    killedBy: ['write/value-too-large'],
    mutate: ofWriter((writer) => ({
      put: (key, value, options) => writer.put(key, value.slice(0, 1_000), options),
    })),
  },
  {
    id: 'purge-is-a-delete',
    defect: 'leaves the history and a delete marker after a purge',
    killedBy: ['purge/reclaims', 'read/purge-markers', 'watch/purges'],
    mutate: ofOperations('purger', (purger, { writer }) => ({
      purge: (key, options) => writer?.delete(key, options) ?? purger.purge(key, options),
    })),
  },
  {
    id: 'purges-unconditionally',
    defect: 'forgets the version that a purge expects',
    killedBy: ['purge/with-version'],
    mutate: ofOperations('purger', (purger) => ({
      purge: (key, options) => purger.purge(key, { ...options, expected: undefined }),
    })),
  },
  {
    id: 'keeps-markers',
    defect: 'forgets that a purge marker was to expire',
    killedBy: ['purge/marker-ttl'],
    mutate: ofOperations('purger', (purger) => ({
      purge: (key, options) => purger.purge(key, { ...options, markerTtlMs: undefined }),
    })),
  },
  {
    id: 'never-expires',
    defect: 'forgets the time to live of an entry',
    killedBy: ['ttl/expires'],
    mutate: ofOperations('ttl', (ttl, { writer }) => ({
      putWithTtl: (key, value, ttlMs, options) =>
        writer?.put(key, value, options) ?? ttl.putWithTtl(key, value, ttlMs, options),
    })),
  },
  {
    id: 'timed-create-overwrites-live',
    defect: 'takes a create with a time to live for a put',
    killedBy: ['ttl/create'],
    mutate: ofOperations('ttl', (ttl) => ({ createWithTtl: (...given) => ttl.putWithTtl(...given) })),
  },
  {
    id: 'expiry-uncovers-history',
    defect: 'shows what a key had before its last entry when that expires',
    killedBy: ['ttl/history'],
    mutate: ofHandle(({ reader, ttl }) => {
      const older = new Map<string, KvEntry>();
      return {
        reader: override(reader, {
          get: async (key, options) => (await reader.get(key, options)) ?? older.get(key),
        }),
        ttl:
          ttl &&
          override(ttl, {
            async putWithTtl(key, ...given) {
              const entry = await reader.get(key);
              if (entry !== undefined) older.set(key, entry);
              return ttl.putWithTtl(key, ...given);
            },
          }),
      };
    }),
  },
  {
    id: 'refuses-when-full',
    defect: 'discards the new, whatever it was made for',
    killedBy: ['retention/discard-old'],
    mutate: ofOptions((options) => ({ ...options, discard: 'new' })),
  },
  {
    id: 'evicts-when-full',
    defect: 'silently drops live values of a full bucket',
    killedBy: ['retention/discard-new'],
    mutate: ofOptions((options) => ({ ...options, discard: 'old' })),
  },
  {
    id: 'keeps-one-version',
    defect: 'has no history',
    killedBy: ['retention/history'],
    mutate: ofOptions((options) => ({ ...options, history: 1 })),
  },
  {
    id: 'never-ages',
    defect: 'has no age limit',
    killedBy: ['retention/max-age'],
    mutate: ofOptions((options) => ({ ...options, maxAgeMs: undefined })),
  },
  {
    id: 'never-closes',
    defect: 'reports that it has closed, and keeps working',
    killedBy: ['lifecycle/closed', 'watch-lifetime/close'],
    mutate: ofHandle(() => ({ close: async () => undefined })),
  },
  {
    id: 'close-throws-twice',
    defect: 'does not allow a second close',
    killedBy: ['lifecycle/close-idempotent'],
    mutate: ofHandle((store) => {
      let closed = false;
      return {
        async close() {
          if (closed) throw closedError(store.name);
          closed = true;
          await store.close();
        },
      };
    }),
  },
  {
    id: 'handles-share-nothing',
    defect: 'gives every handle a bucket of its own',
    killedBy: ['lifecycle/two-handles', 'lifecycle/watch-across-handles'],
    mutate: (harness) => ({
      ...harness,
      openHandle: async () => (await harness.createBucket({})).store,
    }),
  },
];
