import { SlipstreamError, type WatchOptions } from '@slipstream/core';
import { type LoopMutant, ofCommit, ofGiven } from './loop-mutant.js';
import { override } from './mutant.js';

/** Mistakes in applying and committing. */
export const commitMutants: readonly LoopMutant[] = [
  {
    id: 'commits-first',
    defect: 'commits before it applies',
    killedBy: ['batch/order', 'batch/caller-throws', 'crash/before-apply', 'crash/during-apply'],
    mutate: ofGiven(<U>({ apply, store }: WatchOptions<U>): Partial<WatchOptions<U>> => {
      if (store === undefined) return {};
      return {
        apply: undefined,
        store: override(store, {
          async apply(updates, cursor) {
            await store.apply(updates, cursor);
            try {
              // Without `parse`, an update is what `apply` takes.
              await apply?.(updates as readonly U[]);
            } catch (error) {
              throw applyFailed(error);
            }
          },
        }),
      };
    }),
  },
  {
    id: 'applies-last-per-key',
    defect: 'shows apply the last update of each key only',
    killedBy: ['batch/last-per-key'],
    mutate: ofGiven(({ apply }) => ({
      apply: (batch) => {
        const last = new Map(batch.map((each) => [Reflect.get(Object(each), 'key'), each]));
        return apply?.([...last.values()]);
      },
    })),
  },
  {
    id: 'swallows-the-callers-errors',
    defect: 'goes on when apply has thrown',
    killedBy: ['batch/caller-throws', 'ready/ended-before'],
    mutate: ofGiven(({ apply }) => ({
      async apply(batch) {
        try {
          await apply?.(batch);
        } catch {
          // This is the defect.
        }
      },
    })),
  },
  {
    id: 'skips-failed-batches',
    defect: 'goes on with the next batch when the store has refused one',
    killedBy: ['store-failure/transient', 'store-failure/for-ever', 'store-failure/permanent'],
    mutate: ofCommit((store) => async (updates, cursor) => {
      await store.apply(updates, cursor).catch(() => undefined);
    }),
  },
  {
    id: 'retries-at-once',
    defect: 'does not wait between attempts to commit',
    killedBy: ['store-failure/backs-off'],
    mutate: ofGiven(() => ({ storeRetry: { initialDelayMs: 0, maxDelayMs: 0 } })),
  },
  {
    id: 'gives-up-early',
    defect: 'ends at the first failure of the store',
    killedBy: ['store-failure/transient', 'store-failure/for-ever', 'store-failure/lost-answer'],
    mutate: ofCommit((store) => async (updates, cursor) => {
      await store.apply(updates, cursor).catch((cause: unknown) => {
        throw new SlipstreamError('LIMIT_EXCEEDED', 'the store has failed', { cause });
      });
    }),
  },
  {
    id: 'retries-everything',
    defect: 'offers a batch again that the store will never take',
    killedBy: ['store-failure/permanent'],
    mutate: ofCommit((store) => async (updates, cursor) => {
      await store.apply(updates, cursor).catch((cause: unknown) => {
        throw new SlipstreamError('STORE_FAILED', 'the store has failed', { cause });
      });
    }),
  },
  {
    id: 'cursor-first',
    defect: 'commits the cursor, and then the entries',
    killedBy: ['crash/after-commit'],
    mutate: ofCommit((store) => async (updates, cursor) => {
      await store.apply([], cursor);
      await store.apply(updates, cursor);
    }),
  },
  {
    id: 'moves-on-after-a-failure',
    defect: 'stores the cursor of a batch that was not stored',
    killedBy: ['crash/before-commit'],
    mutate: ofCommit((store) => async (updates, cursor) => {
      try {
        await store.apply(updates, cursor);
      } catch (error) {
        await store.apply([], cursor);
        throw error;
      }
    }),
  },
  {
    id: 'ignores-the-window',
    defect: 'applies whatever it has at once',
    killedBy: ['flush/window'],
    mutate: ofGiven(({ batch }) => ({ batch: { ...batch, windowMs: 0 } })),
  },
  {
    id: 'ignores-the-maximum',
    defect: 'lets a batch grow without end',
    killedBy: ['flush/max'],
    mutate: ofGiven(({ batch }) => ({ batch: { ...batch, max: 1e9, catchUpMax: 1e9 } })),
  },
  {
    id: 'ignores-bytes',
    defect: 'counts updates and not their size',
    killedBy: ['flush/bytes'],
    mutate: ofGiven(({ batch }) => ({ batch: { ...batch, maxBytes: Number.POSITIVE_INFINITY } })),
  },
];

function applyFailed(cause: unknown): SlipstreamError {
  return new SlipstreamError('APPLY_FAILED', String(cause), { cause });
}
