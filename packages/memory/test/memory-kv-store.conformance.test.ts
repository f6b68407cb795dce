import { defineKvStoreSuite } from '@slipstream/test-kit';
import { describe, test } from 'vitest';
import { memorySource } from './memory-harnesses.js';

defineKvStoreSuite({ describe, test }, memorySource);
