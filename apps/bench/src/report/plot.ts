import type { Family } from './families.js';
import { type PlotRow, plotRow } from './plot-row.js';

const ROW = 24;
const BAR = 14;
const TOP = 44;
const LABELS = 220;
/** Of bars; the line is in the middle, and what is twice as long is cut off. */
const BARS = 320;
const NOTES = 260;
const LONGEST = 2;
const LINE = LABELS + BARS / LONGEST;

// Colours that can be distinguished on white and on black, and by the colour-blind.
const STYLE = `
    text { font: 12px system-ui, sans-serif; fill: #24292f }
    .label { text-anchor: end }
    .title { font-weight: 600 }
    .met { fill: #1a7f5a } .missed { fill: #d1701a } .reported { fill: #7d8590 }
    .line { stroke: #24292f; stroke-width: 1.5; stroke-dasharray: 4 3 }
    @media (prefers-color-scheme: dark) { text { fill: #d1d7de } .line { stroke: #d1d7de } }`;

/** A bar per figure, beside the line that it has to pass, or not to pass, as SVG. */
export function familyPlot({ name, results }: Family): string {
  const rows = results.map(plotRow);
  const width = LABELS + BARS + NOTES;
  const height = TOP + rows.length * ROW + 8;
  const title = `${name}: beside the target (≥: past the line, ≤: before it), else beside the peer`;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `  <title>${escapeXml(title)}</title>`,
    `  <style>${STYLE}\n  </style>`,
    `  <text class="title" x="8" y="20">${escapeXml(title)}</text>`,
    ...rows.flatMap((row, index) => rowLines(row, TOP + index * ROW)),
    `  <line class="line" x1="${LINE}" y1="${TOP - 8}" x2="${LINE}" y2="${height - 4}"/>`,
    '</svg>',
  ].join('\n')}\n`;
}

function rowLines({ label, length, verdict, note }: PlotRow, top: number): readonly string[] {
  const baseline = top + BAR - 3;
  const isCut = length > LONGEST;
  const width = (Math.min(length, LONGEST) / LONGEST) * BARS;
  return [
    `  <text class="label" x="${LABELS - 8}" y="${baseline}">${escapeXml(label)}</text>`,
    `  <rect class="${verdict}" x="${LABELS}" y="${top}" width="${width.toFixed(1)}" height="${BAR}" rx="2"/>`,
    `  <text x="${LABELS + BARS + 8}" y="${baseline}">${isCut ? '→ ' : ''}${escapeXml(note)}</text>`,
  ];
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
