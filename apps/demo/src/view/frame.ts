import { figure } from '../verdict/claim.js';
import type { Board } from './board.js';
import { nodeTable } from './node-table.js';
import type { StoryLine } from './story.js';
import { cut, type StyledLine, span } from './styled-text.js';
import { wrapText } from './wrap-text.js';

/** What is on the screen at one moment. */
export interface Scene {
  readonly elapsedMs: number;
  readonly chapter: { readonly number: number; readonly total: number; readonly title: string } | undefined;
  readonly board: Board | undefined;
  readonly story: readonly StoryLine[];
}

/** The size of a terminal. */
export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

const EMPTY: StyledLine = [];
const INDENT = '  ';

/** Lays a scene out for a screen: never more lines than it has, and none wider than it is. */
export function layOutFrame(scene: Scene, { columns, rows }: ScreenSize): StyledLine[] {
  const { board } = scene;
  const lines: StyledLine[] = [headline(scene, columns), EMPTY];
  if (board !== undefined) {
    lines.push(
      [span(`  ${board.source}`)],
      [
        span('  revision '),
        span(figure(board.head), 'strong'),
        span(', lookups '),
        span(figure(board.lookups), 'strong'),
      ],
      EMPTY,
      ...nodeTable(board.rows, columns),
      EMPTY,
    );
  }
  const left = Math.max(0, rows - lines.length);
  const story = scene.story.slice(-rows).flatMap((line) => storyLines(line, columns));
  lines.push(...(left === 0 ? [] : story.slice(-left)));
  return lines.slice(0, rows).map((line) => cut(line, columns));
}

function headline({ chapter, elapsedMs }: Scene, columns: number): StyledLine {
  const time = `${(elapsedMs / 1000).toFixed(1)} s `;
  const parts = [
    span(' SLIPSTREAM ', 'accent'),
    span(chapter === undefined ? '' : ` ${progress(chapter.number, chapter.total)}  `, 'accent'),
    span(chapter?.title ?? 'starting', 'strong'),
  ];
  const length = parts.reduce((sum, { text }) => sum + text.length, 0);
  const gap = columns - length - time.length;
  return gap < 1 ? parts : [...parts, span(' '.repeat(gap)), span(time, 'faint')];
}

function progress(number: number, total: number): string {
  return `${'■'.repeat(number)}${'□'.repeat(Math.max(0, total - number))}`;
}

function storyLines({ atMs, kind, text }: StoryLine, columns: number): StyledLine[] {
  const time = `${(atMs / 1000).toFixed(1).padStart(6)}  `;
  if (kind === 'chapter') return [[span(time, 'faint'), span(text, 'accent')]];
  return wrapText(text, columns - time.length - INDENT.length).map((line, index) => [
    span(index === 0 ? time : ' '.repeat(time.length), 'faint'),
    span(INDENT + line),
  ]);
}
