import type { Target } from '../figures/comparison.js';
import { formatNumber } from './format-number.js';

/** What has to be reached, in a few characters: `≥ 2 ×`. */
export function targetText(target: Target, unit: string): string {
  const bound =
    'atLeast' in target ? `≥ ${formatNumber(target.atLeast)}` : `≤ ${formatNumber(target.atMost)}`;
  switch (target.of) {
    case 'ratio':
      return `${bound} ×`;
    case 'ours':
      return `${bound} ${unit}`;
    case 'difference':
      return `${bound} ${unit} over the peer`;
  }
}
