import type { SoakBucketSettings } from './soak-bucket.js';

/** The first series in which markers expire. */
const MARKER_TTL_SERIES = [2, 11] as const;

/** One that keeps everything, and one that evicts. */
export type BucketPlans = readonly [steady: SoakBucketSettings, evicting: SoakBucketSettings];

/** The buckets of a run: one that keeps all that is not deleted, and one that drops the oldest when it is full. */
export function bucketPlans(serverVersion: string): BucketPlans {
  const [major = 0, minor = 0] = serverVersion.split('.').map(Number);
  const allowTtl = major > MARKER_TTL_SERIES[0] || minor >= MARKER_TTL_SERIES[1];
  return [
    {
      name: 'steady',
      config: { allowTtl },
      keys: 1_500,
      valueBytes: 64,
      writesPerSecond: 250,
      evicts: false,
    },
    {
      name: 'evicting',
      config: { maxBytes: 100_000, discard: 'old' },
      keys: 1_200,
      valueBytes: 128,
      writesPerSecond: 100,
      evicts: true,
    },
  ];
}
