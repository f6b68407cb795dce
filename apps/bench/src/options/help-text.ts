import { DEFAULT_RUNS } from './bench-options.js';

/** What `--help` prints. */
export const helpText: string = `Usage: npm run bench -- [options]

Measures Slipstream against a real nats-server beside what one would write by hand, in turns and in the same
run, and prints medians, their spread, and the ratio of ours to the peer's. See docs/performance.md.

  --only NAME     only figures whose names begin so, such as hydrate or apply/lmdb; may be repeated
  --entries N     this many entries for every figure; quick: small sizes for a few minutes (the default);
                  full: those that the targets are meant for, for an hour or so
  --runs N        how often each pair is measured, after a warm-up (${DEFAULT_RUNS})
  --json FILE     writes the results
  --plot DIR      draws a plot of each family as SVG
  --report FILE   rewrites the generated part of a Markdown file, such as docs/performance.md
  --from FILE     takes the results of an earlier --json instead of measuring; may be repeated
  --list          the names of all figures, and what they have to reach
  --help          this text

Exits with 0 also where a figure misses its target, 1 when the run failed, 2 on a wrong option.
`;
