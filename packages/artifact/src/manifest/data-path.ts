import { DATA_NAME } from './manifest.js';

const MAX_PATH_BYTES = 1024;
const MAX_SEGMENT_BYTES = 255;

// A backslash or a colon leads elsewhere on Windows; control characters, NUL among them, mislead or cut.
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
 * The first path that another one of the list is in the way of, on some system: the same but for letter case
 * or Unicode form, or a directory above it. `undefined`: all can exist side by side everywhere.
 */
export function collidingPath(paths: readonly string[]): string | undefined {
  const files = new Set<string>();
  const directories = new Set<string>();
  for (const path of paths) {
    const folded = path.normalize('NFC').toLowerCase();
    const above = parentsOf(folded);
    if (files.has(folded) || directories.has(folded) || above.some((each) => files.has(each))) return path;
    files.add(folded);
    for (const each of above) directories.add(each);
  }
  return undefined;
}

function parentsOf(path: string): string[] {
  const segments = path.split('/');
  return segments.slice(1).map((_, index) => segments.slice(0, index + 1).join('/'));
}
