import { type KvUpdate, SlipstreamError, VersionToken, WatchCursor } from '@slipstream/core';
import { ofApply, ofStore, type SnapshotStoreMutant } from './snapshot-store-mutant.js';

const without = (drop: (update: KvUpdate) => boolean): SnapshotStoreMutant['mutate'] =>
  ofApply((updates, cursor) => [updates.filter((update) => !drop(update)), cursor]);

const each = (change: (update: KvUpdate) => KvUpdate): SnapshotStoreMutant['mutate'] =>
  ofApply((updates, cursor) => [updates.map(change), cursor]);

/** Mistakes in taking a batch. */
export const applyMutants: readonly SnapshotStoreMutant[] = [
  {
    id: 'truncates-values',
    defect: 'loses the last byte of a value',
    killedBy: ['apply/visible-after-resolve', 'limits/largest-value'],
    mutate: each((update) => ({ ...update, value: update.value.slice(0, -1) })),
  },
  {
    id: 'first-write-wins',
    defect: 'takes the first update of each key in a batch',
    killedBy: ['apply/last-write-wins', 'pure-fold/batching'],
    mutate: ofApply((updates, cursor) => {
      const first = new Map<string, KvUpdate>();
      for (const update of updates) if (!first.has(update.key)) first.set(update.key, update);
      return [[...first.values()], cursor];
    }),
  },
  {
    id: 'never-overwrites',
    defect: 'keeps the value that a key has',
    killedBy: ['apply/overwrite'],
    mutate: ofStore((store) => ({
      async apply(updates, cursor) {
        const held = await store.getMany(updates.map(({ key }) => key));
        await store.apply(
          updates.filter(({ kind }, index) => kind !== 'put' || held[index] === undefined),
          cursor,
        );
      },
    })),
  },
  {
    id: 'loses-deletes',
    defect: 'does nothing at a delete',
    killedBy: ['apply/delete-removes', 'pure-fold/any-history'],
    mutate: without(({ kind }) => kind === 'delete'),
  },
  {
    id: 'loses-purges',
    defect: 'does nothing at a purge',
    killedBy: ['apply/purge-removes'],
    mutate: without(({ kind }) => kind === 'purge'),
  },
  {
    id: 'ignores-empty-batches',
    defect: 'returns at once when there are no updates',
    killedBy: ['apply/empty-batch'],
    mutate: ofStore((store) => ({
      apply: async (updates, cursor) => (updates.length === 0 ? undefined : store.apply(updates, cursor)),
    })),
  },
  {
    id: 'empty-value-is-delete',
    defect: 'takes an empty value for a delete',
    killedBy: ['apply/empty-value'],
    mutate: each((update) => (update.value.length === 0 ? { ...update, kind: 'delete' } : update)),
  },
  {
    id: 'skips-unknown-versions',
    defect: 'applies only what has a version',
    killedBy: ['apply/unknown-version'],
    mutate: without(({ version }) => version.isUnknown),
  },
  {
    id: 'refuses-repetitions',
    defect: 'rejects a version that it has seen as a conflict',
    killedBy: ['apply/idempotent'],
    mutate: ofStore((store) => {
      const seen = new Set<string>();
      return {
        async apply(updates, cursor) {
          for (const { version } of updates) {
            if (seen.has(`${version}`))
              throw new SlipstreamError('STORE_FAILED', `duplicate version ${version}`);
          }
          for (const { version } of updates) seen.add(`${version}`);
          await store.apply(updates, cursor);
        },
      };
    }),
  },
  {
    id: 'applies-until-the-bad-key',
    defect: 'commits the updates before a key that it refuses',
    killedBy: ['apply/invalid-key'],
    mutate: ofStore((store) => ({
      async apply(updates, cursor) {
        const bad = updates.findIndex(({ key }) => key === '' || !key.isWellFormed());
        if (bad > 0) await store.apply(updates.slice(0, bad), WatchCursor.none);
        await store.apply(updates, cursor);
      },
    })),
  },
  {
    id: 'reorders-applies',
    defect: 'lets a small batch overtake a large one, however they were started',
    killedBy: ['apply/in-turn'],
    mutate: ofStore((store) => {
      let started = 0;
      return {
        async apply(updates, cursor) {
          started += 1;
          if (started % 2 === 1) await new Promise((resolve) => setTimeout(resolve, 2));
          await store.apply(updates, cursor);
        },
      };
    }),
  },
  {
    id: 'applies-one-by-one',
    defect: 'makes every update a commit of its own',
    killedBy: ['apply/all-or-nothing'],
    mutate: ofStore((store) => ({
      async apply(updates, cursor) {
        for (const update of updates) await store.apply([update], WatchCursor.none);
        await store.apply([], cursor);
      },
    })),
  },
  {
    id: 'versions-are-u64',
    defect: 'keeps eight bytes of a version',
    killedBy: ['read/versions'],
    mutate: each((update) => ({
      ...update,
      version: VersionToken.fromBytes(update.version.bytes.subarray(0, 8)),
    })),
  },
  {
    id: 'truncates-keys',
    defect: 'keeps 511 characters of a key',
    killedBy: ['limits/longest-key'],
    mutate: each((update) => ({ ...update, key: update.key.slice(0, 511) })),
  },
  {
    id: 'normalises-keys',
    defect: 'brings keys into a normal form',
    killedBy: ['range/unicode'],
    mutate: each((update) => ({ ...update, key: update.key.normalize('NFC') })),
  },
  {
    id: 'caps-batches',
    defect: 'takes the first 10,000 updates of a batch',
    killedBy: ['limits/large-batch'],
    mutate: ofApply((updates, cursor) => [updates.slice(0, 10_000), cursor]),
  },
];
