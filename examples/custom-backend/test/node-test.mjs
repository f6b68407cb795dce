// @ts-check
import { describe, test } from 'node:test';
import { defineConformance } from './conformance.mjs';

defineConformance({ describe, test });
