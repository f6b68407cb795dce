import type { Target } from '../figures/comparison.js';

/** One figure of one run, as it is written to JSON. What has no peer has `null` for what one would say. */
export interface FigureResult {
  readonly name: string;
  readonly unit: string;
  readonly better: 'more' | 'less';
  /** Median of the runs. */
  readonly ours: number;
  readonly peer: number | null;
  readonly oursName: string;
  readonly peerName: string | null;
  /** Median of the ratios of each pair, ours ÷ peer. */
  readonly ratio: number | null;
  /** Of the ratios, or of ours without a peer: from the least to the greatest, as a share of the median. */
  readonly spread: number;
  readonly runs: number;
  /** Entries that each side handled in a run: the same number on both. */
  readonly work: number;
  readonly entries: number;
  /** Of keys and values in the entries. */
  readonly bytes: number;
  /** Whether the entries are as many as the target is meant for. */
  readonly isFullSize: boolean;
  readonly target: Target | null;
  /** `null` without a target. */
  readonly met: boolean | null;
  readonly options: { readonly ours: string; readonly peer: string | null };
  readonly cores: number;
  readonly system: string;
  /** Of Node.js, the server, the client and the engines. */
  readonly versions: Readonly<Record<string, string>>;
}
