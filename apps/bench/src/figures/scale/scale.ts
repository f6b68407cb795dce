import { diskEngines } from '../../ours/fold-engine.js';
import type { Comparison } from '../comparison.js';
import { buckets } from './buckets.js';
import { consumers } from './consumers.js';
import { keys } from './keys.js';

/** What grows with the number of keys, buckets and prefixes, and what does not. */
export const scale: readonly Comparison[] = [
  ...diskEngines.flatMap((engine) => [keys(engine, 10, 100_000), keys(engine, 100, 1_000_000)]),
  buckets(10),
  buckets(100),
  ...[1, 10, 100].map(consumers),
];
