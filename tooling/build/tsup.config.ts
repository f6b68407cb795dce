import { defineConfig } from 'tsup';
import { sourceEntries } from './entries.ts';

// Every package is built by this one configuration, from its own folder. It writes the JavaScript;
// the declarations come from tsc (tooling/tsconfig/build.json).
export default defineConfig({
  entry: sourceEntries(process.cwd()),
  format: ['esm'],
  target: 'es2024',
  platform: 'node',
  sourcemap: true,
  clean: true,
});
