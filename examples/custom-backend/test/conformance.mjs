// @ts-check
// What both test runners run: the fold by itself, and the fold with a source.
import { MemoryKvStore, MemorySnapshotStore, memoryCapabilities } from '@slipstream/memory';
import {
  defineBootstrapSuite,
  defineSnapshotStoreSuite,
  noLocation,
  propertySettings,
  temporaryDirectory,
} from '@slipstream/test-kit';
import { nodeSqliteBackend, openNodeSqliteFold } from '../src/node-sqlite-fold.mjs';

/**
 * @import { SnapshotStoreHarness, TemporaryDirectory, TestRunner } from '@slipstream/test-kit'
 */

/** @type {SnapshotStoreHarness<TemporaryDirectory>} */
const fold = {
  name: 'node:sqlite',
  capabilities: {
    durable: true,
    synchronousReads: true,
    synchronousRanges: true,
    checkpoint: false,
    checksums: false,
  },
  createLocation: temporaryDirectory,
  open: ({ path }) => openNodeSqliteFold(path),
  files: { directory: ({ path }) => path, openCopy: openNodeSqliteFold },
  process: { module: new URL('open-fold.mjs', import.meta.url), path: ({ path }) => path },
  artifacts: { backend: nodeSqliteBackend, path: ({ path }) => path },
  property: propertySettings(process.env),
};

/** @param {TestRunner} runner */
export function defineConformance(runner) {
  defineSnapshotStoreSuite(runner, fold);
  defineBootstrapSuite(runner, {
    name: 'memory source to node:sqlite and memory folds',
    source: {
      name: 'memory',
      capabilities: { watch: true, write: true, purge: true, ttl: false, bookmarks: true, epochs: true },
      supports: ['history'],
      async createBucket(options) {
        const store = await MemoryKvStore.open({ name: 'bootstrap', ...options });
        return { store, [Symbol.asyncDispose]: () => store.close() };
      },
    },
    fold,
    otherFold: {
      name: 'memory',
      capabilities: memoryCapabilities,
      createLocation: noLocation,
      open: () => MemorySnapshotStore.open(),
    },
    manyKeys: 2_000,
    property: propertySettings(process.env),
  });
}
