import { defineLoopSuite, propertySettings } from '@slipstream/test-kit';
import { describe, test } from 'vitest';
import { memoryFold, memorySource } from './memory-harnesses.js';

defineLoopSuite(
  { describe, test },
  {
    name: 'memory to memory',
    source: memorySource,
    fold: memoryFold,
    property: propertySettings(process.env),
  },
);
