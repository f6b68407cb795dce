import { relative } from 'node:path';
import type { FigureResult } from '../results/figure-result.js';
import { familiesOf } from './families.js';
import { sideNotes } from './side-notes.js';
import { COLUMNS, tableRows } from './table.js';

const BEGIN = '<!-- results: begin; written by `npm run bench -- --report` -->';
const END = '<!-- results: end -->';

/** Puts results in place of those in a document. @throws {Error} when it has no place for them */
export function withResults(document: string, results: string): string {
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`the report has no lines ${BEGIN} and ${END}`);
  return `${document.slice(0, begin + BEGIN.length)}\n\n${results}\n\n${document.slice(end)}`;
}

/**
 * Results as Markdown: where they come from, and for each family its plot, its table and how the sides were set
 * up.
 * @param plots - The folder of the plots, as seen from the report; `undefined`: without plots.
 */
export function resultsMarkdown(results: readonly FigureResult[], plots: string | undefined): string {
  const sections = familiesOf(results).map(({ name, results: members }) =>
    [
      `### ${name}`,
      ...(plots === undefined ? [] : [`![${name}](${plots}/${name}.svg)`]),
      markdownTable(members),
      sideNotes(members)
        .map((note) => `- ${note}`)
        .join('\n'),
    ].join('\n\n'),
  );
  return [provenance(results), ...sections].join('\n\n');
}

/** From the report to the plots, as a link. */
export function plotsLink(report: string, plots: string | undefined): string | undefined {
  return plots === undefined ? undefined : relative(`${report}/..`, plots).replaceAll('\\', '/');
}

function provenance(results: readonly FigureResult[]): string {
  const machines = new Set(
    results.map(({ cores, system, versions }) => {
      const installed = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
      return `${cores} cores, ${system}; ${installed.join(', ')}`;
    }),
  );
  return [...machines].map((machine) => `Measured on: ${machine}.`).join('\n');
}

function markdownTable(results: readonly FigureResult[]): string {
  const lines = [COLUMNS, COLUMNS.map(() => '---'), ...tableRows(results)];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
