import { readFile } from 'node:fs/promises';
import type { FigureResult } from './figure-result.js';

/**
 * Reads what `--json` wrote. Of a figure that is in several files, the last one counts.
 * @throws {Error} when a file is missing, or holds something else
 */
export async function readResults(files: readonly string[]): Promise<FigureResult[]> {
  const byName = new Map<string, FigureResult>();
  for (const file of files) {
    const results: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (!Array.isArray(results) || !results.every(isFigureResult)) {
      throw new Error(`${file} does not hold results of this bench`);
    }
    for (const result of results) byName.set(result.name, result);
  }
  return [...byName.values()];
}

function isFigureResult(value: unknown): value is FigureResult {
  if (typeof value !== 'object' || value === null) return false;
  const { name, unit, ours, versions } = value as Partial<FigureResult>;
  return (
    typeof name === 'string' &&
    typeof unit === 'string' &&
    typeof ours === 'number' &&
    typeof versions === 'object'
  );
}
