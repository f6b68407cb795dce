import assert from 'node:assert/strict';
import type { SnapshotStoreCase } from './snapshot-store-case.js';

export const manifestCases: readonly SnapshotStoreCase[] = [
  {
    id: 'manifest/capabilities',
    guarantee: 'an opened fold has exactly the capabilities that the harness declares',
    async run({ open, harness }) {
      const store = await open();
      assert.deepEqual({ ...store.capabilities }, { ...harness.capabilities });
    },
  },
  {
    id: 'manifest/members',
    guarantee: 'the optional members of a fold are present exactly when its capabilities say so',
    async run({ open }) {
      const store = await open();
      assert.equal(store.sync !== undefined, store.capabilities.synchronousReads, 'sync');
      assert.equal(store.sync?.range !== undefined, store.capabilities.synchronousRanges, 'sync.range');
      assert.equal(store.checkpoint !== undefined, store.capabilities.checkpoint, 'checkpoint');
      assert.ok(store.backend.length > 0, 'a fold names its engine');
      assert.ok(store.formatVersion.length > 0, 'a fold names the version of its format');
    },
  },
];
