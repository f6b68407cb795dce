import { monitorEventLoopDelay } from 'node:perf_hooks';

const NANOSECONDS_PER_MS = 1_000_000;
const RESOLUTION_MS = 1;

/** How long the event loop kept others waiting. A loop at rest reads about the resolution, 1 ms. */
export interface LoopDelay {
  readonly p99Ms: number;
  readonly longestMs: number;
}

/** Measures it from now until the function returned is called. */
export function measureLoopDelay(): () => LoopDelay {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  return () => {
    histogram.disable();
    return {
      p99Ms: histogram.percentile(99) / NANOSECONDS_PER_MS,
      longestMs: histogram.max / NANOSECONDS_PER_MS,
    };
  };
}
