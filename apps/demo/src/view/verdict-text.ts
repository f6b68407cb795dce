import type { Claim } from '../verdict/claim.js';
import { render, type StyledLine, span } from './styled-text.js';
import { wrapText } from './wrap-text.js';

/** Where the verdict is printed. */
export interface VerdictTextOptions {
  /** `Infinity`: a claim is one line, however long. */
  readonly columns: number;
  readonly color: boolean;
}

const INDENT = '    ';

/** The end of a run, as text: each claim, and whether the proof holds. */
export function verdictText(claims: readonly Claim[], { columns, color }: VerdictTextOptions): string {
  const failed = claims.filter(({ holds }) => !holds).length;
  const lines: StyledLine[] = [
    [],
    [span('PROOF', 'strong')],
    ...claims.flatMap((claim) => claimLines(claim, columns)),
    [],
    failed === 0
      ? [span('The proof holds: only the delta travelled.', 'good')]
      : [span(`THE PROOF DOES NOT HOLD: ${failed} of ${claims.length} claims failed.`, 'bad')],
  ];
  return `${lines.map((line) => render(line, color)).join('\n')}\n`;
}

function claimLines({ holds, text }: Claim, columns: number): StyledLine[] {
  const mark = span(holds ? '  ✔ ' : '  ✖ ', holds ? 'good' : 'bad');
  return wrapText(text, columns - INDENT.length).map((line, index) => [
    index === 0 ? mark : span(INDENT),
    span(line, holds ? 'plain' : 'bad'),
  ]);
}
