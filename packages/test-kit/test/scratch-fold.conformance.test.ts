import { openScratchFold, ScratchMedium } from '@slipstream/core/testing';
import { describe, test } from 'vitest';
import { defineSnapshotStoreSuite, propertySettings } from '../src/index.js';

defineSnapshotStoreSuite(
  { describe, test },
  {
    name: 'scratch',
    capabilities: {
      durable: true,
      synchronousReads: true,
      synchronousRanges: true,
      checkpoint: false,
      checksums: false,
    },
    createLocation: async () =>
      Object.assign(new ScratchMedium(), { [Symbol.asyncDispose]: async () => undefined }),
    open: (medium) => openScratchFold(medium),
    property: propertySettings(process.env),
  },
);
