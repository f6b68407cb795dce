import assert from 'node:assert/strict';
import type { KvUpdate } from '@slipstream/core';

/** Updates as words, for comparison: `put a.b`. */
export function inShort(updates: readonly KvUpdate[]): string[] {
  return updates.map(({ kind, key }) => `${kind} ${key}`);
}

/** Asserts that revisions rise, so that nothing came twice or out of order. */
export function assertRising(revisions: readonly bigint[]): void {
  for (const [index, revision] of revisions.entries()) {
    const previous = revisions[index - 1];
    assert.ok(previous === undefined || previous < revision, `revision ${revision} came after ${previous}`);
  }
}
