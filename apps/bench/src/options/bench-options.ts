/** What one run is made of; `parseArguments` makes it. */
export interface BenchOptions {
  /** Beginnings of figures' names; none: all figures. */
  readonly only: readonly string[];
  /** Entries of every figure; `quick` and `full`: each has sizes of its own. */
  readonly entries: number | 'quick' | 'full';
  /** Pairs of trials per comparison, after the warm-up. */
  readonly runs: number;
  /** Results to draw and write again instead of measuring; of a figure in several, the last file's. */
  readonly from: readonly string[];
  /** Where the results are written to, as JSON. */
  readonly json: string | undefined;
  /** Where one SVG per family is written to. */
  readonly plot: string | undefined;
  /** The Markdown file whose generated part is rewritten. */
  readonly report: string | undefined;
}

export const MAX_ENTRIES: number = 10_000_000;
export const MAX_RUNS: number = 100;
export const DEFAULT_RUNS: number = 3;
