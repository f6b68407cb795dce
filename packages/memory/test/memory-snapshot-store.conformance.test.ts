import { defineSnapshotStoreSuite } from '@slipstream/test-kit';
import { describe, test } from 'vitest';
import { memoryFold } from './memory-harnesses.js';

defineSnapshotStoreSuite({ describe, test }, memoryFold);
