import { describe, test } from 'vitest';
import { defineBootstrapSuite } from '../src/index.js';
import { bootstrapHarness } from './fixtures/bootstrap-harness.js';

defineBootstrapSuite({ describe, test }, bootstrapHarness);
