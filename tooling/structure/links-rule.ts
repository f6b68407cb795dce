import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Repository } from './rule.ts';

const FOLDERS = ['docs', 'packages', 'apps', 'examples', 'tooling', '.github'];
const NOT_OURS = /(^|\/)(node_modules|dist|\.turbo|\.pack)(\/|$)/;

/** A link from one document to another, or to a heading, leads somewhere. */
export function* linksRule({ root }: Repository): Iterable<string> {
  for (const path of documentsOf(root)) {
    const text = withoutCode(readFileSync(join(root, path), 'utf8'));
    for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const [file = '', heading] = target.split('#');
      const found = file === '' ? path : join(dirname(path), file);
      if (!existsSync(join(root, found))) yield `${path}: links to ${target}, which does not exist`;
      else if (heading !== undefined && !headingsOf(join(root, found)).includes(heading)) {
        yield `${path}: links to ${target}, which has no such heading`;
      }
    }
  }
}

function documentsOf(root: string): string[] {
  const below = FOLDERS.filter((folder) => existsSync(join(root, folder))).flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  );
  return [...readdirSync(root), ...below].filter((path) => path.endsWith('.md') && !NOT_OURS.test(path));
}

/** The names by which GitHub and npm link to the headings of a document. */
function headingsOf(file: string): string[] {
  const headings = withoutCode(readFileSync(file, 'utf8')).matchAll(/^#+ (.+)$/gm);
  return [...headings].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-'),
  );
}

function withoutCode(markdown: string): string {
  return markdown.replace(/^```[\s\S]*?^```/gm, '');
}
