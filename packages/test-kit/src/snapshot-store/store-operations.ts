import type { SnapshotStore } from '@slipstream/core';
import { collect, cursorAt, putUpdate } from '@slipstream/core/testing';
import { temporaryDirectory } from '../suite/temporary-directory.js';

/** Something to do with an open fold. */
export interface StoreOperation {
  readonly name: string;
  /** Whether this fold has it. */
  isOffered(store: SnapshotStore): boolean;
  run(store: SnapshotStore): Promise<unknown>;
}

const always = (): boolean => true;

/** Every operation of a fold except close: what the lifetime cases try in each state. */
export const storeOperations: readonly StoreOperation[] = [
  { name: 'apply', isOffered: always, run: (store) => store.apply([putUpdate('k', 1_000)], cursorAt(1_000)) },
  { name: 'an empty apply', isOffered: always, run: (store) => store.apply([], cursorAt(1_001)) },
  { name: 'get', isOffered: always, run: (store) => store.get('a') },
  { name: 'getMany', isOffered: always, run: (store) => store.getMany(['a', 'b']) },
  { name: 'range', isOffered: always, run: (store) => collect(store.range('')) },
  { name: 'keys', isOffered: always, run: (store) => collect(store.keys('')) },
  { name: 'stats', isOffered: always, run: (store) => store.stats() },
  {
    name: 'sync.get',
    isOffered: ({ sync }) => sync !== undefined,
    run: async (store) => store.sync?.get('a'),
  },
  {
    name: 'sync.range',
    isOffered: ({ sync }) => sync?.range !== undefined,
    run: async (store) => [...(store.sync?.range?.('') ?? [])],
  },
  {
    name: 'settle',
    isOffered: ({ settle }) => settle !== undefined,
    run: async (store) => store.settle?.(),
  },
  {
    name: 'checkpoint',
    isOffered: ({ checkpoint }) => checkpoint !== undefined,
    async run(store) {
      await using directory = await temporaryDirectory();
      await store.checkpoint?.(directory.path);
    },
  },
];
