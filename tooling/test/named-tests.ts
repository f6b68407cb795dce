import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  bootstrapSuite,
  kvStoreCases,
  loopCases,
  snapshotStoreCases,
} from '../../packages/test-kit/src/index.ts';

/** A test that a document names, as it does: `` `file` "title" ``, or `` `[id]` `` of a case of the test-kit. */
export interface NamedTest {
  readonly text: string;
  readonly isThere: boolean;
}

const caseIds = new Set<string>(
  [...snapshotStoreCases, ...kvStoreCases, ...loopCases, ...bootstrapSuite.cases].map(({ id }) => id),
);

/** A file of the repository, by its path from the root. */
export function readDocument(path: string): string {
  return readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
}

/** Every test that a part of a document names, and whether it is there. A title without a file counts as missing. */
export function namedTests(text: string): NamedTest[] {
  const matches = text.matchAll(/`\[([^\]]+)\]`|(?:`([^`]+)` )?"([^"]+)"/g);
  return [...matches].map(([text, id, file, title]) => ({
    text,
    isThere:
      id === undefined ? file !== undefined && readDocument(file).includes(`'${title}'`) : caseIds.has(id),
  }));
}
