import assert from 'node:assert/strict';
import type { KvStore, SnapshotStore } from '@slipstream/core';
import { collect } from '@slipstream/core/testing';
import { plainEntry } from '../models/plain-form.js';

/** Asserts that the fold holds exactly what the source has under `prefix`. */
export async function assertMirrors(
  fold: SnapshotStore,
  source: KvStore,
  prefix: string = '',
): Promise<void> {
  const has = (await collect(source.reader.scan(prefix))).map(plainEntry);
  const byKey = new Map(has.map((entry) => [entry.key, entry]));
  const held = (await collect(fold.range(''))).map(plainEntry);
  assert.deepEqual(
    held,
    held.map(({ key }) => byKey.get(key)),
    'what the fold holds is what the source has',
  );
  assert.equal(held.length, byKey.size, 'the fold holds as many keys as the source');
}
