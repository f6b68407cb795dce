import type { Claim } from '../verdict/claim.js';
import { render, type StyledLine, span } from './styled-text.js';

/** The end of a run, as text: each claim, and whether the proof holds. */
export function verdictText(claims: readonly Claim[], color: boolean): string {
  const failed = claims.filter(({ holds }) => !holds).length;
  const lines: StyledLine[] = [
    [],
    [span('PROOF', 'strong')],
    ...claims.map(({ holds, text }) => [
      span(holds ? '  ✔ ' : '  ✖ ', holds ? 'good' : 'bad'),
      span(text, holds ? 'plain' : 'bad'),
    ]),
    [],
    failed === 0
      ? [span('The proof holds: only the delta travelled.', 'good')]
      : [span(`THE PROOF DOES NOT HOLD: ${failed} of ${claims.length} claims failed.`, 'bad')],
  ];
  return `${lines.map((line) => render(line, color)).join('\n')}\n`;
}
