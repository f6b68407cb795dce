import type { FigureResult } from '../results/figure-result.js';

/** How both sides of each comparison are set up, each pair once. */
export function sideNotes(results: readonly FigureResult[]): readonly string[] {
  const notes = results.map(({ oursName, peerName, options }) => {
    const ours = `${oursName} (${options.ours})`;
    return peerName === null ? ours : `${ours} – ${peerName} (${options.peer})`;
  });
  return [...new Set(notes)];
}
