import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The `exports` condition under which a package's entry point is its TypeScript source. */
export const SOURCE_CONDITION = '@slipstream/source';

interface PackageManifest {
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
}

/**
 * The source files a package is entered by, named as in `dist`: `{ index: 'src/index.ts' }`.
 * They are read from its `exports`, so an entry point is declared in one place. A program without
 * exports is entered by `src/main.ts`.
 */
export function sourceEntries(packageFolder: string): Record<string, string> {
  const manifest = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as PackageManifest;
  if (manifest.exports === undefined) return { main: 'src/main.ts' };

  const entries: Record<string, string> = {};
  for (const target of Object.values(manifest.exports)) {
    const source = typeof target === 'string' ? undefined : target[SOURCE_CONDITION];
    if (source === undefined) continue;
    entries[source.replace(/^\.\/src\//, '').replace(/\.ts$/, '')] = source.replace(/^\.\//, '');
  }
  return entries;
}
