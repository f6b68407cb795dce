import type { Repository } from './rule.ts';
import { filesUnder } from './source-files.ts';

const MAX_LINES = 300;

/** Files that are longer on purpose, each with the reason why splitting it would make it worse. */
const EXEMPT: ReadonlyMap<string, string> = new Map([]);

/** The cases of a conformance suite. */
const CASES = /\.cases\.ts$/;

/** One concept per file. Tests and cases may be as long as the list of what they guarantee. */
export function* fileLengthRule({ root }: Repository): Iterable<string> {
  const files = ['packages', 'apps', 'examples', 'tooling'].flatMap((folder) => filesUnder(root, folder));
  const known = new Set(files.map(({ path }) => path));
  for (const { path, text, isTest } of files) {
    const lines = text.split('\n').length - 1;
    if (isTest || CASES.test(path)) continue;
    if (lines > MAX_LINES && !EXEMPT.has(path)) {
      yield `${path}: has ${lines} lines; split it, or add an exemption to tooling/structure/file-length-rule.ts`;
    }
    if (lines <= MAX_LINES && EXEMPT.has(path)) yield `${path}: needs no exemption from ${MAX_LINES} lines`;
  }
  for (const path of EXEMPT.keys()) {
    if (!known.has(path)) yield `${path}: is exempt from ${MAX_LINES} lines, but does not exist`;
  }
}
