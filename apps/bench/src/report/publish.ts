import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BenchOptions } from '../options/bench-options.js';
import type { FigureResult } from '../results/figure-result.js';
import { familiesOf } from './families.js';
import { plotsLink, resultsMarkdown, withResults } from './markdown.js';
import { familyPlot } from './plot.js';

/** Writes the results wherever the options ask for them. */
export async function publish(
  results: readonly FigureResult[],
  { json, plot, report }: Pick<BenchOptions, 'json' | 'plot' | 'report'>,
): Promise<void> {
  if (json !== undefined) await writeFile(json, `${JSON.stringify(results, null, 2)}\n`);
  if (plot !== undefined) {
    await mkdir(plot, { recursive: true });
    for (const family of familiesOf(results)) {
      await writeFile(join(plot, `${family.name}.svg`), familyPlot(family));
    }
  }
  if (report !== undefined) {
    const markdown = resultsMarkdown(results, plotsLink(report, plot));
    await writeFile(report, withResults(await readFile(report, 'utf8'), markdown));
  }
}
