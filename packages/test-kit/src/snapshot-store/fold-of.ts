import type { SnapshotStore } from '@slipstream/core';
import { cursorAt, putUpdate } from '@slipstream/core/testing';
import type { SnapshotStoreContext } from './snapshot-store-context.js';

/** A fold with these keys, written in an order that is not theirs. */
export async function foldOf(
  { open }: SnapshotStoreContext,
  keys: readonly string[],
): Promise<SnapshotStore> {
  const store = await open();
  const shuffled = keys.map((_, index) => keys[(index * 7 + 3) % keys.length] as string);
  const updates = [...new Set([...shuffled, ...keys])].map((key, index) => putUpdate(key, index + 1));
  await store.apply(updates, cursorAt(updates.length));
  return store;
}

/** `count` keys in their order, below 1,000. */
export function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `k.${String(index).padStart(3, '0')}`);
}
