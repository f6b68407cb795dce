import {
  type KvReader,
  type KvRequestOptions,
  type KvStore,
  type SnapshotStore,
  WatchCursor,
} from '@slipstream/core';
import { type LoopMutant, ofGiven, ofSource } from './loop-mutant.js';
import { override } from './mutant.js';

const ofReader = (
  change: (source: KvStore, store: SnapshotStore | undefined) => Partial<KvReader>,
): LoopMutant['mutate'] =>
  ofSource((source, store) => ({ reader: override(source.reader, change(source, store)) }));

/** Mistakes in comparing a fold with its source. */
export const repairMutants: readonly LoopMutant[] = [
  {
    id: 'never-compares',
    defect: 'considers every key of the fold to be in the source',
    killedBy: ['repair/expired', 'repair/re-created', 'repair/scope', 'repair/overrun', 'repair/order'],
    mutate: ofReader(({ reader }, store) => {
      const everything = async function* (start: string, options?: KvRequestOptions) {
        yield* reader.keys(start, options);
        if (store !== undefined) yield* store.keys(start);
      };
      return { keys: everything, knownKeys: everything };
    }),
  },
  {
    id: 'trusts-the-window',
    defect: 'compares only when the source refuses the cursor',
    killedBy: ['repair/markers-gone'],
    mutate: ofGiven(() => ({ verifyOnResume: 'never' })),
  },
  {
    id: 'forgets-the-scope',
    defect: 'takes the cursor of one scope for one of any other',
    killedBy: ['scope/changed'],
    mutate: ofGiven(({ store }) => {
      if (store === undefined || store.cursor.isNone) return {};
      const { version, epoch, at } = store.cursor;
      return { resume: WatchCursor.of({ version, epoch, at }) };
    }),
  },
  {
    id: 'deletes-what-it-was-to-keep',
    defect: 'deletes vanished keys, whatever onVanished says',
    killedBy: ['repair/keep'],
    mutate: ofGiven(() => ({ onVanished: 'delete' })),
  },
  {
    id: 'believes-the-listing',
    defect: 'deletes what a listing skips, without confirming it',
    killedBy: ['repair/confirms'],
    mutate: ofReader(() => ({ get: async () => undefined, entry: async () => undefined })),
  },
  {
    id: 'goes-on-without-a-listing',
    defect: 'takes a failed listing for a complete one',
    killedBy: ['repair/failing-listing'],
    mutate: ofReader(({ reader }, store) => {
      const forgiving = async function* (start: string, options?: KvRequestOptions) {
        try {
          yield* reader.keys(start, options);
        } catch {
          if (store !== undefined) yield* store.keys(start);
        }
      };
      return { keys: forgiving, knownKeys: forgiving };
    }),
  },
];
