import { defineConfig } from 'vitest/config';

import { projects } from './tooling/test/projects.ts';
import { totalsReporter } from './tooling/test/totals-reporter.ts';
import { SOURCE_CONDITION } from './tooling/workspace/packages.ts';

export default defineConfig({
  // Packages import each other's source: no build is needed to run the tests.
  ssr: { resolve: { conditions: [SOURCE_CONDITION, 'module', 'node', 'development|production'] } },
  test: {
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: ['default', totalsReporter],
    projects: projects(),
  },
});
