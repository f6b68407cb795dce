import assert from 'node:assert/strict';
import type { KvStoreCase } from './kv-store-case.js';

export const manifestCases: readonly KvStoreCase[] = [
  {
    id: 'manifest/capabilities',
    guarantee: 'a bucket created without options has exactly the capabilities that the harness declares',
    async run({ store, harness }) {
      assert.deepEqual({ ...(await store()).capabilities }, { ...harness.capabilities });
    },
  },
  {
    id: 'manifest/members',
    guarantee: 'the optional members of a source are present exactly when its capabilities say so',
    async run({ store, harness }) {
      const { name, capabilities, reader, watcher, writer, purger, ttl } = await store();
      assert.ok(name.length > 0, 'a bucket has a name');
      assert.equal(watcher !== undefined, capabilities.watch, 'watcher');
      assert.equal(writer !== undefined, capabilities.write, 'writer');
      assert.equal(purger !== undefined, capabilities.purge, 'purger');
      assert.equal(reader.knownKeys !== undefined, harness.knownKeys ?? false, 'reader.knownKeys');
      assert.equal(ttl !== undefined, capabilities.ttl, 'ttl');
    },
  },
];
