import type { FigureResult } from '../results/figure-result.js';

/** Figures whose names begin alike. */
export interface Family {
  readonly name: string;
  readonly results: readonly FigureResult[];
}

/** In the order in which their first figures come. */
export function familiesOf(results: readonly FigureResult[]): readonly Family[] {
  const byName = Map.groupBy(results, ({ name }) => familyOf(name));
  return Array.from(byName, ([name, members]) => ({ name, results: members }));
}

/** What a figure's name begins with. */
export function familyOf(figure: string): string {
  const slash = figure.indexOf('/');
  return slash < 0 ? figure : figure.slice(0, slash);
}
