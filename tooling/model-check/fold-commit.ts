import { VersionToken, WatchCursor } from '@slipstream/core';
import type { Protocol } from './protocol.ts';
import type { Cursor, Fold, Update } from './state.ts';

/** Where a fold at `current` stands after a batch that ends at `proposed`. */
export function merged(
  current: Cursor | null,
  proposed: Cursor | null,
  { nextCursor }: Protocol,
): Cursor | null {
  const next = nextCursor(tokenOf(current), tokenOf(proposed));
  if (next.isNone) return null;
  return { epoch: next.epoch ?? '', revision: Number(next.revision), at: next.at ?? 0 };
}

function tokenOf(cursor: Cursor | null): WatchCursor {
  if (cursor === null) return WatchCursor.none;
  const { revision, epoch, at } = cursor;
  return WatchCursor.of({ version: VersionToken.fromRevision(revision), epoch, at });
}

/** A fold with updates applied, its cursor as it was. */
export function applied(fold: Fold, updates: readonly Update[]): Fold {
  let { entries } = fold;
  for (const { key, revision, live, write } of updates) {
    entries = entries.filter((entry) => entry.key !== key);
    if (live && write !== null) entries = [...entries, { key, revision, write }];
  }
  return { ...fold, entries: [...entries].sort((a, b) => a.key.localeCompare(b.key)) };
}
