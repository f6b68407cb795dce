/** How a piece of text looks. */
export type Style = 'plain' | 'strong' | 'faint' | 'good' | 'warning' | 'bad' | 'accent';

/** A piece of text in one style. */
export interface Span {
  readonly text: string;
  readonly style: Style;
}

/** A line on the screen. */
export type StyledLine = readonly Span[];

const codes: Readonly<Record<Style, string>> = {
  plain: '',
  strong: '\u001b[1m',
  faint: '\u001b[2m',
  good: '\u001b[32m',
  warning: '\u001b[33m',
  bad: '\u001b[31m',
  accent: '\u001b[36m',
};
const RESET = '\u001b[0m';

/** A piece of text. */
export function span(text: string, style: Style = 'plain'): Span {
  return { text, style };
}

/** The line, cut to a width in columns; every character used here is one column wide. */
export function cut(line: StyledLine, columns: number): StyledLine {
  const fitting: Span[] = [];
  let left = columns;
  for (const { text, style } of line) {
    if (left <= 0) break;
    const characters = [...text];
    const fits = characters.length <= left;
    fitting.push({ style, text: fits ? text : `${characters.slice(0, left - 1).join('')}…` });
    left -= characters.length;
  }
  return fitting;
}

/** The line as the terminal takes it. */
export function render(line: StyledLine, color: boolean): string {
  return line
    .map(({ text, style }) => (color && codes[style] !== '' ? `${codes[style]}${text}${RESET}` : text))
    .join('');
}
