// @ts-check
import { describe, test } from 'vitest';
import { defineConformance } from './conformance.mjs';

defineConformance({ describe, test });
