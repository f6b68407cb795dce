import type { LoopDelay } from './loop-delay.js';
import { measureLoopDelay } from './loop-delay.js';
import { type MemoryUse, measureMemory } from './memory-use.js';
import { Stopwatch } from './stopwatch.js';
import type { Readings } from './trial.js';

/** Measures something about what happens between `start` and `stop`. */
export interface Instrument {
  start(): void;
  stop(): void;
  /** @param work - Entries that were handled meanwhile. */
  readings(work: number): Readings;
}

const MILLION = 1_000_000;

/** How many updates a second, and what they cost: `updatesPerSecond`, `cpuSecondsPerMillion`. */
export function throughput(): Instrument {
  const stopwatch = new Stopwatch();
  return {
    start: () => stopwatch.start(),
    stop: () => stopwatch.stop(),
    readings: (work) => ({
      updatesPerSecond: work / stopwatch.seconds,
      cpuSecondsPerMillion: (stopwatch.cpuSeconds / work) * MILLION,
    }),
  };
}

/** What it took: `seconds`, `cpuSeconds`. */
export function elapsed(): Instrument {
  const stopwatch = new Stopwatch();
  return {
    start: () => stopwatch.start(),
    stop: () => stopwatch.stop(),
    readings: () => ({ seconds: stopwatch.seconds, cpuSeconds: stopwatch.cpuSeconds }),
  };
}

/** What the process has taken since it was started, up to `stop`: `seconds`, `cpuSeconds`. */
export function sinceStart(): Instrument {
  let readings: Readings = {};
  return {
    // The clock of a process begins with it.
    start: () => undefined,
    stop() {
      const { user, system } = process.cpuUsage();
      readings = { seconds: performance.now() / 1_000, cpuSeconds: (user + system) / MILLION };
    },
    readings: () => readings,
  };
}

/** How long the event loop was held up: `p99Ms`, `longestMs`. */
export function loopDelay(): Instrument {
  return between<LoopDelay>(measureLoopDelay, ({ p99Ms, longestMs }) => ({ p99Ms, longestMs }));
}

/** The peaks of memory: `residentMiB`, and where the system says it, `anonymousMiB`. */
export function memoryUse(): Instrument {
  return between<MemoryUse>(measureMemory, ({ residentMiB, anonymousMiB }) => ({
    residentMiB,
    ...(anonymousMiB === undefined ? {} : { anonymousMiB }),
  }));
}

function between<T>(begin: () => () => T, asReadings: (measured: T) => Readings): Instrument {
  let end: (() => T) | undefined;
  let readings: Readings = {};
  return {
    start() {
      end = begin();
    },
    stop() {
      if (end !== undefined) readings = asReadings(end());
    },
    readings: () => readings,
  };
}
