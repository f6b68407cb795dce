import type { FigureResult } from '../results/figure-result.js';
import { formatNumber, formatShare } from './format-number.js';
import { targetText } from './target-text.js';

export const COLUMNS = [
  'figure',
  'ours',
  'peer',
  'unit',
  'ratio',
  'spread',
  'target',
  '',
  'entries',
  'peer is',
] as const;

/** One row per figure. */
export function tableRows(results: readonly FigureResult[]): readonly (readonly string[])[] {
  return results.map((result) => [
    result.name,
    formatNumber(result.ours),
    result.peer === null ? '–' : formatNumber(result.peer),
    result.unit,
    result.ratio === null ? '–' : `${formatNumber(result.ratio)} ×`,
    formatShare(result.spread),
    result.target === null ? 'report' : targetText(result.target, result.unit),
    verdict(result),
    formatNumber(result.entries),
    result.peerName ?? '–',
  ]);
}

/** For a terminal. */
export function textTable(results: readonly FigureResult[]): string {
  const rows = [COLUMNS, ...tableRows(results)];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => pad(cell, widths[column] ?? 0, column))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function verdict({ met, isFullSize }: FigureResult): string {
  if (met === null) return '';
  // Small sizes say how it is going; the targets are meant for the full ones.
  const size = isFullSize ? '' : ' (small)';
  return `${met ? 'met' : 'MISSED'}${size}`;
}

/** Numbers to the right. */
function pad(cell: string, width: number, column: number): string {
  return [1, 2, 4, 5, 8].includes(column) ? cell.padStart(width) : cell.padEnd(width);
}
