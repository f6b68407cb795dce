import assert from 'node:assert/strict';
import { cursorAt, putUpdate } from '@slipstream/core/testing';
import { attacks } from '../artifacts/attack.js';
import { FoldExchange } from '../artifacts/fold-exchange.js';
import type { SnapshotStoreCase } from './snapshot-store-case.js';

export const hostileArtifactCases: readonly SnapshotStoreCase[] = attacks.map(({ id, what, apply }) => ({
  id: `hostile-artifact/${id}`,
  guarantee: `an artifact with ${what} is refused with ARTIFACT_INVALID, its destination untouched`,
  async run({ open, harness, run }) {
    const exchange = new FoldExchange(harness, run);
    const store = await open();
    await store.apply([putUpdate('a', 1), putUpdate('b', 2)], cursorAt(2));
    for (const form of exchange.forms) {
      const { path, manifest } = await exchange.export(store, form);
      const largest = manifest.files.toSorted((a, b) => b.size - a.size)[0];
      assert.ok(largest, 'an artifact has files');
      await apply(path, largest.path);
      await exchange.assertRefused(path, `a ${form} artifact with ${what}`);
    }
  },
}));
