import { defineSnapshotStoreSuite, noLocation, propertySettings } from '@slipstream/test-kit';
import { describe, test } from 'vitest';
import { MemorySnapshotStore, memoryCapabilities } from '../src/index.js';

defineSnapshotStoreSuite(
  { describe, test },
  {
    name: 'memory',
    capabilities: memoryCapabilities,
    createLocation: noLocation,
    open: () => MemorySnapshotStore.open(),
    largeFold: 200_000,
    property: propertySettings(process.env),
  },
);
