import type { FigureResult } from '../results/figure-result.js';
import { formatNumber } from './format-number.js';
import { targetText } from './target-text.js';

/** One bar of a plot. */
export interface PlotRow {
  readonly label: string;
  /** As a multiple of what the line in the plot stands for: 1 is at the line. */
  readonly length: number;
  readonly verdict: 'met' | 'missed' | 'reported';
  /** The value itself, and what it has to reach. */
  readonly note: string;
}

/**
 * The line is the target; of figures without one it is the peer. A figure with neither has no bar: there is
 * nothing to hold it against.
 */
export function plotRow(result: FigureResult): PlotRow {
  const { name, unit, ours, ratio, target, met } = result;
  if (target === null) {
    const note = ratio === null ? `${formatNumber(ours)} ${unit}` : `${formatNumber(ratio)} × the peer`;
    return { label: name, length: ratio ?? 0, verdict: 'reported', note };
  }
  const value = valueOfTarget(result);
  const bound = 'atLeast' in target ? target.atLeast : target.atMost;
  const shown = target.of === 'ratio' ? `${formatNumber(value)} ×` : `${formatNumber(value)} ${unit}`;
  return {
    label: name,
    length: Math.max(0, value / bound),
    verdict: met === true ? 'met' : 'missed',
    note: `${shown} (${targetText(target, unit)})`,
  };
}

function valueOfTarget({ ours, peer, ratio, target }: FigureResult): number {
  if (target?.of === 'ratio') return ratio ?? 0;
  return target?.of === 'difference' ? ours - (peer ?? 0) : ours;
}
