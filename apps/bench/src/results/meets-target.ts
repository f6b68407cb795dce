import type { Target } from '../figures/comparison.js';

/** What a target looks at. */
export interface Measured {
  readonly ours: number;
  readonly peer: number | null;
  readonly ratio: number | null;
}

/** Whether a figure has reached what it has to; without the peer that the target speaks of, it has not. */
export function meetsTarget(target: Target, measured: Measured): boolean {
  const value = valueFor(target, measured);
  if (value === null) return false;
  return 'atLeast' in target ? value >= target.atLeast : value <= target.atMost;
}

function valueFor(target: Target, { ours, peer, ratio }: Measured): number | null {
  switch (target.of) {
    case 'ratio':
      return ratio;
    case 'ours':
      return ours;
    case 'difference':
      return peer === null ? null : ours - peer;
  }
}
