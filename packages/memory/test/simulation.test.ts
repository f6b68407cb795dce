import { prefixes } from '@slipstream/core';
import { defineSimulation, propertySettings } from '@slipstream/test-kit';
import { describe, test } from 'vitest';
import { MemorySnapshotStore } from '../src/index.js';
import { simulatedBucket as createBucket } from './simulated-bucket.js';

const { seed, runs = 2_000 } = propertySettings(process.env);

describe('the memory source, simulated', () => {
  defineSimulation({ test }, { name: 'into a fold that survives crashes', createBucket }, { seed, runs });
  defineSimulation(
    { test },
    { name: 'into a fold in memory', createBucket, createFold: () => MemorySnapshotStore },
    { seed, runs },
  );
  defineSimulation(
    { test },
    { name: 'two prefixes of it', createBucket, scope: prefixes(['a', 'c.']) },
    { seed, runs },
  );
});
