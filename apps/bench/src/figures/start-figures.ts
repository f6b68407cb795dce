import type { Figure, Target } from './comparison.js';

/** The two figures of a start: by the clock, which the target speaks of, and in CPU time. */
export function startFigures(name: string, target: Target | undefined): readonly Figure[] {
  const figure = { name, unit: 's', better: 'less' } as const;
  return [
    { ...figure, target, reading: 'seconds' },
    { ...figure, name: `${name}/cpu`, unit: 'CPU s', target: undefined, reading: 'cpuSeconds' },
  ];
}
