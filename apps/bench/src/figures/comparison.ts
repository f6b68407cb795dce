import type { Trial } from '../trial/trial.js';

/** What a figure has to reach. */
export type Target =
  /** Ours ÷ peer. */
  | { readonly of: 'ratio'; readonly atLeast: number }
  | { readonly of: 'ratio' | 'ours' | 'difference'; readonly atMost: number };

/** One number about each side of a comparison. */
export interface Figure {
  /** Begins with the name of its comparison. */
  readonly name: string;
  readonly unit: string;
  readonly better: 'more' | 'less';
  /** `undefined`: reported only. */
  readonly target: Target | undefined;
  /** The name of the reading, on both sides. */
  readonly reading: string;
  /** Beside another part of what the peer read. */
  readonly beside?: { readonly reading: string; readonly name: string } | undefined;
}

/** Who is measured. */
export interface Side {
  /** A few words: what it is. */
  readonly name: string;
  /** How it is set up, as far as that decides what it costs or promises. */
  readonly options: string;
  readonly run: Trial;
}

/** How many entries a comparison has when nothing is asked for, and in the full size. */
export interface Sizes {
  /** 0: left out, unless it is asked for by name. */
  readonly quick: number;
  readonly full: number;
  /** How many times what `--entries` asks for. @defaultValue 1 */
  readonly times?: number | undefined;
}

/** Two sides that do the same work, and the figures that tell them apart. */
export interface Comparison {
  /** `<family>/<what>`. */
  readonly name: string;
  readonly sizes: Sizes;
  /** Whether it needs a bucket with the entries in it. */
  readonly usesBucket: boolean;
  readonly ours: Side;
  /** `undefined`: the figures stand for themselves. */
  readonly peer: Side | undefined;
  readonly figures: readonly Figure[];
  /** What has to be there before: for all runs, or for each of ours. In processes of their own, too. */
  readonly arrange?: { readonly once?: Trial; readonly run?: Trial } | undefined;
}
