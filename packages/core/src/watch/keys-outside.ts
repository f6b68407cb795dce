import type { WatchScope } from '../scope/watch-scope.js';
import type { SnapshotStore } from '../snapshot/snapshot-store.js';

/** The keys of a fold that are not followed: it was filled in another scope. */
export async function keysOutside(scope: WatchScope, store: SnapshotStore): Promise<readonly string[]> {
  const outside: string[] = [];
  if (scope.isAll) return outside;
  for await (const key of store.keys('')) if (!scope.includes(key)) outside.push(key);
  return outside;
}
