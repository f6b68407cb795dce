import type { Figure, Target } from './comparison.js';

/** The two figures that `throughput()` reads: by the clock, which the target speaks of, and in CPU time. */
export function throughputFigures(name: string, target: Target | undefined): readonly Figure[] {
  return [
    { name, unit: 'updates/s', better: 'more', target, reading: 'updatesPerSecond' },
    {
      name: `${name}/cpu`,
      unit: 'CPU s per million',
      better: 'less',
      target: undefined,
      reading: 'cpuSecondsPerMillion',
    },
  ];
}
