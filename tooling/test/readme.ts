import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'node:util';

/** A block of TypeScript in a README. */
export interface ReadmeBlock {
  /** Where the block begins, counted from 1. */
  readonly line: number;
  /** What follows "ts" in the block's first line, such as what the code needs. */
  readonly tag: string;
  readonly code: string;
}

/** What the code of a block runs with. */
export interface ReadmeSurroundings {
  /** The package whose imports and exports the code sees. */
  readonly directory: string;
  /** What the code uses without declaring it. */
  readonly given?: Readonly<Record<string, unknown>> | undefined;
}

const GIVEN = '__slipstreamReadmeGiven';

/** The blocks of TypeScript in a document, by default the README of a package: each a program of its own. */
export function readmeBlocks(directory: string, document: string = 'README.md'): ReadmeBlock[] {
  const text = readFileSync(join(directory, document), 'utf8');
  return [...text.matchAll(/^```ts *(.*)\n([\s\S]*?)^```$/gm)].map(
    ({ index, 1: tag = '', 2: code = '' }) => ({
      line: text.slice(0, index).split('\n').length,
      tag,
      code,
    }),
  );
}

/**
 * Runs a block as a module of the package, in the test runner that calls this.
 * @throws {Error} when a line with `console.log(…); // text` did not print that text, in the order of the lines.
 */
export async function runReadmeBlock(
  block: ReadmeBlock,
  { directory, given = {} }: ReadmeSurroundings,
): Promise<void> {
  const folder = mkdtempSync(join(directory, '.readme-'));
  const printed: string[] = [];
  const log = console.log;
  console.log = (...values: unknown[]) => void printed.push(format(...values));
  Reflect.set(globalThis, GIVEN, given);
  try {
    const file = join(folder, `line-${block.line}.ts`);
    writeFileSync(file, `const { ${Object.keys(given).join(', ')} } = globalThis.${GIVEN};${block.code}`);
    await import(/* @vite-ignore */ file);
  } finally {
    console.log = log;
    Reflect.deleteProperty(globalThis, GIVEN);
    rmSync(folder, { recursive: true, force: true });
  }
  let position = 0;
  for (const [, expected = ''] of block.code.matchAll(/console\.log\(.*\);? +\/\/ (.+)$/gm)) {
    const found = printed.indexOf(expected, position);
    if (found === -1) {
      throw new Error(
        `README.md:${block.line} should print ${JSON.stringify(expected)}, but printed\n${printed.join('\n')}`,
      );
    }
    position = found + 1;
  }
}
