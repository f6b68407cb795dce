import type { SoakBucketSettings } from './soak-bucket.js';

/** The first minor series of nats-server 2 in which entries expire by themselves. */
const TTL_SERIES = 11;
/** The first one that takes atomic batches. */
const BATCH_SERIES = 12;

/** One that keeps everything, and one that evicts. */
export type BucketPlans = readonly [steady: SoakBucketSettings, evicting: SoakBucketSettings];

/** The buckets of a run: one that keeps all that is not deleted, and one that drops the oldest when it is full. */
export function bucketPlans(serverVersion: string, replicas: number): BucketPlans {
  const [major = 0, minor = 0] = serverVersion.split('.').map(Number);
  const has = (series: number): boolean => major > 2 || minor >= series;
  return [
    {
      name: 'steady',
      config: { replicas, ...(has(TTL_SERIES) ? { markerTtlMs: 1_000 } : {}) },
      keys: 1_500,
      valueBytes: 64,
      writesPerSecond: 250,
      evicts: false,
      batches: has(BATCH_SERIES),
      forgets: true,
    },
    {
      name: 'evicting',
      config: { replicas, maxBytes: 100_000, discard: 'old' },
      keys: 1_200,
      valueBytes: 128,
      writesPerSecond: 100,
      evicts: true,
      batches: false,
      // 2.10.27 loses acknowledged writes of keys that such a removal and a kill revived, where it evicts, too.
      forgets: has(TTL_SERIES),
    },
  ];
}
