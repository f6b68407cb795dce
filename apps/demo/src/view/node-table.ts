import { figure } from '../verdict/claim.js';
import type { BoardRow } from './board.js';
import { type Style, type StyledLine, span } from './styled-text.js';

interface Column {
  readonly title: string;
  readonly width: number;
  /** Words to the left, figures to the right. */
  readonly align: 'left' | 'right';
  /** Columns with the highest number go first when the terminal is narrow. */
  readonly dispensable: number;
  readonly cell: (row: BoardRow) => string;
}

const GAP = 2;
const STATE = 'STATE';
const NONE = '–';

const columns: readonly Column[] = [
  { title: 'NODE', width: 8, align: 'left', dispensable: 0, cell: ({ name }) => name },
  {
    title: STATE,
    width: 13,
    align: 'left',
    dispensable: 0,
    cell: ({ state }) => `${symbolOf(state)} ${state}`,
  },
  { title: 'FOLD', width: 6, align: 'left', dispensable: 4, cell: ({ engine }) => engine ?? NONE },
  { title: 'REVISION', width: 10, align: 'right', dispensable: 1, cell: ({ revision }) => count(revision) },
  { title: 'LAG', width: 7, align: 'right', dispensable: 3, cell: ({ lag }) => count(lag) },
  { title: 'ROUTES', width: 9, align: 'right', dispensable: 5, cell: ({ entries }) => count(entries) },
  {
    title: 'DELIVERED',
    width: 10,
    align: 'right',
    dispensable: 2,
    cell: ({ delivered }) => count(delivered),
  },
  { title: 'LOOKUPS', width: 9, align: 'right', dispensable: 6, cell: ({ lookups }) => count(lookups) },
  { title: 'PROCESS', width: 8, align: 'right', dispensable: 7, cell: ({ pid }) => `${pid ?? NONE}` },
];

/** The nodes as a table, with as many of its columns as fit. */
export function nodeTable(rows: readonly BoardRow[], width: number): StyledLine[] {
  const shown = columnsFor(width);
  return [
    shown.map((column) => span(pad(column.title, column), 'faint')),
    ...rows.map((row) =>
      shown.map((column) => {
        return span(pad(column.cell(row), column), column.title === STATE ? styleOf(row.state) : 'plain');
      }),
    ),
  ];
}

function columnsFor(width: number): readonly Column[] {
  let shown = columns;
  while (shown.reduce((sum, column) => sum + column.width + GAP, 0) > width && shown.length > 2) {
    const first = shown.reduce((a, b) => (b.dispensable > a.dispensable ? b : a));
    shown = shown.filter((column) => column !== first);
  }
  return shown;
}

function pad(text: string, { width, align }: Column): string {
  const gap = ' '.repeat(GAP);
  return align === 'left' ? `${gap}${text.padEnd(width)}` : `${gap}${text.padStart(width)}`;
}

function count(value: number | undefined): string {
  return value === undefined ? NONE : figure(value);
}

function symbolOf(state: string): string {
  if (state === 'killed' || state === 'failed') return '✖';
  return state === 'live' ? '●' : '◌';
}

function styleOf(state: string): Style {
  if (state === 'killed' || state === 'failed') return 'bad';
  return state === 'live' ? 'good' : 'warning';
}
