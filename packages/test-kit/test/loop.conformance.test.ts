import { describe, test } from 'vitest';
import { defineLoopSuite, propertySettings } from '../src/index.js';
import { journalHarness } from './fixtures/journal-harness.js';
import { referenceHarness } from './fixtures/reference-harness.js';

defineLoopSuite(
  { describe, test },
  {
    name: 'reference into journal',
    source: referenceHarness,
    fold: journalHarness,
    property: propertySettings(process.env),
  },
);
