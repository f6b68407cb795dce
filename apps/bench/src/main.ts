// The bench: figures of Slipstream beside what one would write without it, measured in turns in the same run.
import { extname } from 'node:path';
import { catalogue, figureNames, selectComparisons } from './figures/catalogue.js';
import type { BenchOptions } from './options/bench-options.js';
import { helpText } from './options/help-text.js';
import { parseArguments } from './options/parse-arguments.js';
import { familyOf } from './report/families.js';
import { figureList } from './report/figure-list.js';
import { lineProgress } from './report/progress.js';
import { publish } from './report/publish.js';
import { sideNotes } from './report/side-notes.js';
import { textTable } from './report/table.js';
import type { FigureResult } from './results/figure-result.js';
import { thisMachine } from './results/machine.js';
import { readResults } from './results/read-results.js';
import { summarize } from './results/summarize.js';
import { runComparison, warmUp } from './run-comparison.js';
import { BenchWorld } from './world/bench-world.js';

// Built or from source, the trials' program is beside this one.
const program = new URL(`./trial/main${extname(import.meta.filename)}`, import.meta.url);

async function measure(options: BenchOptions, signal: AbortSignal): Promise<FigureResult[]> {
  const comparisons = selectComparisons(options);
  const progress = lineProgress((line) => process.stderr.write(`bench: ${line}\n`));
  await using world = await BenchWorld.open();
  const machine = thisMachine(world.server.version);
  const results: FigureResult[] = [];
  const warm = new Set<string>();
  for (const [index, { comparison, entries }] of comparisons.entries()) {
    progress.comparison(comparison.name, index, comparisons.length);
    const family = familyOf(comparison.name);
    const run = { entries, runs: options.runs, world, program, progress, signal };
    if (!warm.has(family)) await warmUp(comparison, run);
    warm.add(family);
    const pairs = await runComparison(comparison, run);
    results.push(...summarize(comparison, pairs, entries, machine));
  }
  return results;
}

async function run(options: BenchOptions): Promise<void> {
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM']) {
    // However often: what has been started is ended in order, which does not take long.
    process.on(signal, () => interruption.abort(new Error('interrupted')));
  }
  const results =
    options.from.length > 0 ? await readResults(options.from) : await measure(options, interruption.signal);
  process.stdout.write(`${textTable(results)}\n\nours – peer:\n`);
  for (const note of sideNotes(results)) process.stdout.write(`  ${note}\n`);
  await publish(results, options);
}

const command = parseArguments(process.argv.slice(2), figureNames);
switch (command.kind) {
  case 'help':
    process.stdout.write(helpText);
    break;
  case 'list':
    process.stdout.write(`${figureList(catalogue.flatMap(({ figures }) => figures))}\n`);
    break;
  case 'mistake':
    process.stderr.write(`bench: ${command.reason}\nTry --help.\n`);
    process.exitCode = 2;
    break;
  case 'run':
    await run(command.options).catch((error: unknown) => {
      process.stderr.write(`bench: FAILED: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    });
}
