import { DATA_NAME } from './manifest.js';

const MAX_PATH_BYTES = 1024;
const MAX_SEGMENT_BYTES = 255;

// A backslash or a colon leads elsewhere on Windows; control characters mislead, NUL truncates.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const forbidden = /[\\:\u0000-\u001f\u007f]/;

/**
 * Why `path` may not be the path of an artifact's file; `undefined` when it may. A path that may stays below
 * `data/` wherever the artifact is, and names the same file on every system.
 */
export function dataPathProblem(path: string): string | undefined {
  if (!path.isWellFormed()) return 'is not well-formed';
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return `is longer than ${MAX_PATH_BYTES} bytes`;
  if (forbidden.test(path)) return 'has a backslash, a colon or a control character';
  const [first, ...segments] = path.split('/');
  if (first !== DATA_NAME || segments.length === 0) return `is not below ${DATA_NAME}/`;
  for (const segment of segments) {
    if (segment === '') return 'has an empty segment';
    // `.` and `..` end in a dot too. Windows drops dots and spaces at the end: another name, one file.
    if (segment.endsWith('.') || segment.endsWith(' ')) return 'has a segment that ends in a dot or a space';
    if (Buffer.byteLength(segment) > MAX_SEGMENT_BYTES)
      return `has a segment of more than ${MAX_SEGMENT_BYTES} bytes`;
  }
  return undefined;
}

/**
 * A path that collides with an earlier one of the list on some system: the same but for letter case or Unicode
 * form, or one is a directory of the other. `undefined`: all can exist side by side everywhere.
 */
export function collidingPath(paths: readonly string[]): string | undefined {
  const sorted = paths.map((path, index) => ({ index, folded: foldedPath(path) }));
  sorted.sort((a, b) => (a.folded < b.folded ? -1 : Number(a.folded > b.folded)));
  for (const [position, { folded, index }] of sorted.entries()) {
    const next = sorted[position + 1];
    if (next === undefined) break;
    if (next.folded === folded || next.folded.startsWith(folded + SEPARATOR)) {
      return paths[Math.max(index, next.index)];
    }
  }
  return undefined;
}

// Sorted with the least character between segments, what is below a path comes right after it.
const SEPARATOR = '\u0000';

/** The same for all paths that some system takes for one. */
function foldedPath(path: string): string {
  return path.normalize('NFC').toLowerCase().replaceAll('/', SEPARATOR);
}
