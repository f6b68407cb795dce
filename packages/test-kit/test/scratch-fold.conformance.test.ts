import { describe, test } from 'vitest';
import { defineSnapshotStoreSuite } from '../src/index.js';
import { scratchHarness, volatileHarness } from './fixtures/scratch-harness.js';

defineSnapshotStoreSuite({ describe, test }, scratchHarness);
defineSnapshotStoreSuite({ describe, test }, volatileHarness);
