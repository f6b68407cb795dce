import { describe, test } from 'vitest';
import { defineKvStoreSuite } from '../src/index.js';
import { referenceHarness } from './fixtures/reference-harness.js';

defineKvStoreSuite({ describe, test }, referenceHarness);
