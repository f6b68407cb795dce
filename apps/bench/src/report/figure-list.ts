import type { Figure } from '../figures/comparison.js';
import { targetText } from './target-text.js';

/** The figures that there are, a line each, with what they have to reach. */
export function figureList(figures: readonly Figure[]): string {
  const width = Math.max(...figures.map(({ name }) => name.length));
  return figures
    .map(({ name, unit, target }) => {
      const aim = target === undefined ? `reported, in ${unit}` : targetText(target, unit);
      return `${name.padEnd(width)}  ${aim}`;
    })
    .join('\n');
}
