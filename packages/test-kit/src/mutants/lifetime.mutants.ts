import { closedError, SlipstreamError } from '@slipstream/core';
import { collect } from '@slipstream/core/testing';
import { override } from './mutant.js';
import { ofRange, ofStore, type SnapshotStoreMutant } from './snapshot-store-mutant.js';

/** Mistakes in opening and closing, and in what a fold says of itself. */
export const lifetimeMutants: readonly SnapshotStoreMutant[] = [
  {
    id: 'overstates-itself',
    defect: 'declares a capability that it has not',
    killedBy: ['manifest/capabilities'],
    mutate: ofStore((store) => ({
      capabilities: { ...store.capabilities, checkpoint: !store.capabilities.checkpoint },
    })),
  },
  {
    id: 'hides-synchronous-reads',
    defect: 'declares synchronous reads and has none',
    killedBy: ['manifest/members'],
    mutate: ofStore(() => ({ sync: undefined })),
  },
  {
    id: 'has-no-stats',
    defect: 'does not support an operation that all folds have',
    killedBy: ['lifetime/open'],
    mutate: ofStore(() => ({
      stats: () => Promise.reject(new SlipstreamError('UNSUPPORTED', 'no stats here')),
    })),
  },
  {
    id: 'never-closes',
    defect: 'reports that it has closed, and keeps working',
    killedBy: ['lock/freed-by-close', 'lifetime/closed', 'lifetime/closing'],
    mutate: ofStore(() => ({ close: async () => undefined })),
  },
  {
    id: 'serves-while-closing',
    defect: 'takes requests until the close is done',
    killedBy: ['lifetime/closing'],
    mutate: ofStore((store) => ({
      async close() {
        await new Promise((resolve) => setTimeout(resolve, 5));
        await store.close();
      },
    })),
  },
  {
    id: 'close-throws-twice',
    defect: 'does not allow a second close',
    killedBy: ['lifetime/close-idempotent'],
    mutate: ofStore((store) => {
      let closed = false;
      return {
        async close() {
          if (closed) throw closedError('the fold');
          closed = true;
          await store.close();
        },
      };
    }),
  },
  {
    id: 'read-only-after-reopening',
    defect: 'can be written only when it is new',
    killedBy: ['lifetime/reopened'],
    mutate(harness) {
      const opened = new WeakSet<object>();
      return {
        ...harness,
        async open(location) {
          const store = await harness.open(location);
          if (!opened.has(location)) {
            opened.add(location);
            return store;
          }
          return override(store, {
            apply: () => Promise.reject(new SlipstreamError('UNSUPPORTED', 'the fold is read-only')),
          });
        },
      };
    },
  },
  {
    id: 'close-drops-applies',
    defect: 'acknowledges an apply that its close has dropped',
    killedBy: ['lifetime/close-during-apply'],
    mutate: ofStore((store) => {
      let closing = false;
      return {
        async apply(updates, cursor) {
          if (closing) throw closedError('the fold');
          await Promise.resolve();
          if (!closing) await store.apply(updates, cursor);
        },
        close() {
          closing = true;
          return store.close();
        },
      };
    }),
  },
  {
    id: 'iterates-after-close',
    defect: 'goes on with an iteration when the fold is closed',
    killedBy: ['lifetime/close-during-range'],
    mutate: ofRange(async function* (store, prefix, options) {
      yield* await collect(store.range(prefix, options));
    }),
  },
  {
    id: 'iterates-synchronously-after-close',
    defect: 'goes on with a synchronous iteration when the fold is closed',
    killedBy: ['lifetime/close-during-sync-range'],
    mutate: ofStore(({ sync }) => ({
      sync: sync && {
        ...sync,
        *range(prefix, options) {
          yield* [...(sync.range?.(prefix, options) ?? [])];
        },
      },
    })),
  },
  {
    id: 'begins-iterations-early',
    defect: 'reads the range when it is asked for, not when it is iterated',
    killedBy: ['lifetime/iteration-left-at-birth'],
    mutate: ofStore((store) => ({
      range(prefix, options) {
        const entries = [...(store.sync?.range?.(prefix, options) ?? [])];
        return (async function* () {
          yield* entries;
        })();
      },
    })),
  },
];
