import { MemorySnapshotStore, memoryCapabilities } from '@slipstream/memory';
import { noLocation, type SnapshotStoreHarness } from '@slipstream/test-kit';

/** The fold that does not outlive its process. */
export const memoryFold: SnapshotStoreHarness = {
  name: 'memory',
  capabilities: memoryCapabilities,
  createLocation: noLocation,
  open: () => MemorySnapshotStore.open(),
};
