import { defineConfig } from 'tsup';
import { entryPointsOf, readManifest } from '../workspace/packages.ts';

// Every member is built by this one configuration, from its own folder. It writes the JavaScript; the
// declarations come from tsc (tooling/tsconfig/build.json).
export default defineConfig({
  entry: sources(process.cwd()),
  format: ['esm'],
  target: 'es2024',
  platform: 'node',
  sourcemap: true,
  clean: true,
});

/** A package is entered as its `exports` says, so that is said once; a program by src/main.ts. */
function sources(folder: string): Record<string, string> {
  const entryPoints = entryPointsOf(readManifest(folder));
  if (entryPoints.length === 0) return { main: 'src/main.ts' };
  return Object.fromEntries(entryPoints.map(({ file }) => [file, `src/${file}.ts`]));
}
