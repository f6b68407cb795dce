import { VersionToken, WatchCursor } from '@slipstream/core';
import { ofApply, ofStore, type SnapshotStoreMutant } from './snapshot-store-mutant.js';

/** Mistakes with the position. */
export const cursorMutants: readonly SnapshotStoreMutant[] = [
  {
    id: 'begins-at-zero',
    defect: 'has a cursor before anything was applied',
    killedBy: ['cursor/none-at-birth'],
    mutate: ofStore((store) => ({
      get cursor() {
        return store.cursor.isNone ? WatchCursor.of({ version: VersionToken.fromRevision(0) }) : store.cursor;
      },
    })),
  },
  {
    id: 'forgets-epoch',
    defect: 'stores the version of a cursor and nothing else',
    killedBy: ['cursor/last-applied', 'cursor/survives-reopen'],
    mutate: ofApply((updates, { version }) => [updates, WatchCursor.of({ version })]),
  },
  {
    id: 'cursor-first',
    defect: 'moves the cursor before the entries',
    killedBy: ['cursor/not-before-commit'],
    mutate: ofStore((store) => {
      let claimed: WatchCursor | undefined;
      return {
        get cursor() {
          return claimed ?? store.cursor;
        },
        async apply(updates, cursor) {
          claimed = cursor;
          await Promise.resolve();
          await store.apply(updates, cursor);
        },
      };
    }),
  },
  {
    id: 'regresses-cursor',
    defect: 'takes every cursor, even an earlier one',
    killedBy: ['cursor/never-regresses', 'cursor/reopened-never-regresses'],
    mutate: ofStore((store) => {
      let last: WatchCursor | undefined;
      return {
        get cursor() {
          return last ?? store.cursor;
        },
        async apply(updates, cursor) {
          await store.apply(updates, cursor);
          last = cursor;
        },
      };
    }),
  },
  {
    id: 'compares-across-epochs',
    defect: 'refuses a lower revision, of whatever epoch',
    killedBy: ['cursor/other-epoch'],
    mutate: ofApply((updates, cursor, store) => {
      const isLower = (cursor.revision ?? 0n) < (store.cursor.revision ?? 0n);
      return [updates, isLower ? store.cursor : cursor];
    }),
  },
  {
    id: 'needs-revisions',
    defect: 'drops a cursor that is not a revision',
    killedBy: ['cursor/opaque-versions'],
    mutate: ofApply((updates, cursor) => [
      updates,
      cursor.revision === undefined ? WatchCursor.none : cursor,
    ]),
  },
];
