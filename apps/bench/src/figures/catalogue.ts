import type { BenchOptions } from '../options/bench-options.js';
import { apply } from './apply.js';
import { artifact } from './artifact.js';
import { bootstrap } from './bootstrap.js';
import type { Comparison, Sizes } from './comparison.js';
import { get } from './get.js';
import { hydrate } from './hydrate.js';
import { latency } from './latency.js';
import { memory } from './memory.js';
import { open } from './open.js';
import { range } from './range.js';
import { resume } from './resume.js';
import { scale } from './scale/scale.js';
import { serverLimit } from './server-limit.js';
import { stall } from './stall.js';

/** Entries of what the quick sizes leave out, when it is asked for by name. */
const NAMED_QUICK = 100_000;

/** Everything that can be measured, in the order in which it is. */
export const catalogue: readonly Comparison[] = [
  ...hydrate,
  ...serverLimit,
  ...apply,
  ...get,
  ...range,
  ...open,
  ...artifact,
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
  if (found === undefined) throw new RangeError(`unknown comparison ${name}`);
  return found;
}

/** A comparison, and on how many entries it is to be run. */
export interface SizedComparison {
  readonly comparison: Comparison;
  readonly entries: number;
}

/** What the options ask for: figures by the beginnings of their names, none for all; and sizes. */
export function selectComparisons({
  only,
  entries,
}: Pick<BenchOptions, 'only' | 'entries'>): readonly SizedComparison[] {
  return catalogue
    .map((comparison) => ({
      comparison: { ...comparison, figures: comparison.figures.filter(({ name }) => isAskedFor(name, only)) },
      entries: entriesOf(comparison.sizes, entries, only.length > 0),
    }))
    .filter((selected) => selected.entries > 0 && selected.comparison.figures.length > 0);
}

function isAskedFor(name: string, only: readonly string[]): boolean {
  return only.length === 0 || only.some((prefix) => name.startsWith(prefix));
}

/** 0: not at all. */
function entriesOf(sizes: Sizes, entries: BenchOptions['entries'], isNamed: boolean): number {
  if (typeof entries === 'number') return entries * (sizes.times ?? 1);
  const { quick, full, times = 1 } = sizes;
  if (entries === 'full') return full;
  return quick === 0 && isNamed ? NAMED_QUICK * times : quick;
}
