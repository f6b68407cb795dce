// The bench: figures of Slipstream beside what one would write without it, measured in turns in the same run.
import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { figureNames, selectComparisons } from './figures/catalogue.js';
import type { Comparison } from './figures/comparison.js';
import type { BenchOptions } from './options/bench-options.js';
import { helpText } from './options/help-text.js';
import { parseArguments } from './options/parse-arguments.js';
import { lineProgress } from './report/progress.js';
import { sideNotes } from './report/side-notes.js';
import { textTable } from './report/table.js';
import type { FigureResult } from './results/figure-result.js';
import { thisMachine } from './results/machine.js';
import { summarize } from './results/summarize.js';
import { runComparison } from './run-comparison.js';
import { BenchWorld } from './world/bench-world.js';

// Built or from source, the trials' program is beside this one.
const program = new URL(`./trial/main${extname(import.meta.filename)}`, import.meta.url);

function sizeOf({ sizes }: Comparison, entries: BenchOptions['entries']): number {
  return typeof entries === 'number' ? entries * (sizes.times ?? 1) : sizes[entries];
}

async function measure(options: BenchOptions, signal: AbortSignal): Promise<FigureResult[]> {
  const comparisons = selectComparisons(options.only);
  const progress = lineProgress((line) => process.stderr.write(`bench: ${line}\n`));
  await using world = await BenchWorld.open();
  const machine = thisMachine(world.server.version);
  const results: FigureResult[] = [];
  for (const [index, comparison] of comparisons.entries()) {
    const entries = sizeOf(comparison, options.entries);
    progress.comparison(comparison.name, index, comparisons.length);
    const pairs = await runComparison(comparison, { ...options, entries, world, program, progress, signal });
    results.push(...summarize(comparison, pairs, entries, machine));
  }
  return results;
}

async function run(options: BenchOptions): Promise<void> {
  const interruption = new AbortController();
  process.once('SIGINT', () => interruption.abort(new Error('interrupted')));
  const results = await measure(options, interruption.signal);
  process.stdout.write(`${textTable(results)}\n\nours – peer:\n`);
  for (const note of sideNotes(results)) process.stdout.write(`  ${note}\n`);
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(results, null, 2)}\n`);
}

const command = parseArguments(process.argv.slice(2), figureNames);
switch (command.kind) {
  case 'help':
    process.stdout.write(helpText);
    break;
  case 'list':
    process.stdout.write(`${figureNames.join('\n')}\n`);
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
