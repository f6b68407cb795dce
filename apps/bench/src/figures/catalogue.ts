import { apply } from './apply.js';
import { bootstrap } from './bootstrap.js';
import type { Comparison } from './comparison.js';
import { get } from './get.js';
import { hydrate } from './hydrate.js';
import { latency } from './latency.js';
import { memory } from './memory.js';
import { range } from './range.js';
import { resume } from './resume.js';
import { scale } from './scale.js';
import { serverLimit } from './server-limit.js';
import { stall } from './stall.js';

/** Everything that can be measured, in the order in which it is. */
export const catalogue: readonly Comparison[] = [
  ...hydrate,
  ...serverLimit,
  ...apply,
  ...get,
  ...range,
  ...resume,
  ...bootstrap,
  ...stall,
  ...memory,
  ...latency,
  ...scale,
];

/** The names of all figures. */
export const figureNames: readonly string[] = catalogue.flatMap(({ figures }) =>
  figures.map(({ name }) => name),
);

/** @throws {RangeError} when there is none of that name */
export function comparisonNamed(name: string): Comparison {
  const found = catalogue.find((comparison) => comparison.name === name);
  if (found === undefined) throw new RangeError(`there is no comparison ${name}`);
  return found;
}

/** What is left when only figures count whose names begin with one of `prefixes`; none: everything. */
export function selectComparisons(prefixes: readonly string[]): readonly Comparison[] {
  if (prefixes.length === 0) return catalogue;
  return catalogue
    .map((comparison) => ({
      ...comparison,
      figures: comparison.figures.filter(({ name }) => prefixes.some((prefix) => name.startsWith(prefix))),
    }))
    .filter(({ figures }) => figures.length > 0);
}
