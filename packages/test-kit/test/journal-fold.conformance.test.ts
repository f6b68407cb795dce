import { describe, test } from 'vitest';
import { defineSnapshotStoreSuite } from '../src/index.js';
import { journalHarness } from './fixtures/journal-harness.js';

defineSnapshotStoreSuite({ describe, test }, journalHarness);
