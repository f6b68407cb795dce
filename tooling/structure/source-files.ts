import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Member } from '../workspace/packages.ts';

/** A TypeScript or JavaScript file of a member. */
export interface SourceFile {
  /** Relative to the member's folder, with slashes. */
  readonly path: string;
  readonly text: string;
  /** Whether it runs only in tests: it may use what the package itself must not. */
  readonly isTest: boolean;
}

const SOURCE = /\.(ts|mts|mjs|js)$/;
const TEST = /(^|\/)test\/|\.test(-d)?\.ts$/;
const NOT_OURS = new Set(['node_modules', 'dist', '.turbo', '.pack']);

/** The files in a member's `src` and `test`. */
export function sourceFilesOf(member: Member): SourceFile[] {
  return ['src', 'test'].flatMap((folder) => filesUnder(member.path, folder));
}

/** The source files in a folder and all below it. */
export function filesUnder(root: string, folder: string): SourceFile[] {
  const start = join(root, folder);
  if (!existsSync(start)) return [];
  return readdirSync(start, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && SOURCE.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !path.split('/').some((part) => NOT_OURS.has(part)))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8'), isTest: TEST.test(path) }));
}

/** `import … from 'x'`, `export … from 'x'`, `import 'x'`, at the start of a statement. */
const STATIC_IMPORT = /^\s*(?:import|export)\b(?:[^'";]*?\bfrom)?\s*['"]([^'"]+)['"]/gm;
/** `import('x')`, also as a type. */
const DYNAMIC_IMPORT = /\bimport\(\s*['"]([^'"]+)['"]/g;

/** The modules that a file imports, as it names them. */
export function importsOf({ text }: SourceFile): string[] {
  // Comments may show how to import the package they are in.
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  return [STATIC_IMPORT, DYNAMIC_IMPORT].flatMap((pattern) =>
    [...code.matchAll(pattern)].flatMap(([, specifier]) => specifier ?? []),
  );
}

/** The package that an import is of: '@slipstream/core/testing' is of '@slipstream/core'. */
export function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
