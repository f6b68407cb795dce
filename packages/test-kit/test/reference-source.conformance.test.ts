import { describe, test } from 'vitest';
import { defineKvStoreSuite } from '../src/index.js';
import { plainReferenceHarness, referenceHarness } from './fixtures/reference-harness.js';

defineKvStoreSuite({ describe, test }, referenceHarness);
defineKvStoreSuite({ describe, test }, plainReferenceHarness);
