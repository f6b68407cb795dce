import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { familyOf } from '../report/families.js';
import { catalogue, comparisonNamed, figureNames, selectComparisons } from './catalogue.js';

test('names are unique, and a figure is called after its comparison', () => {
  expect(new Set(figureNames).size).toBe(figureNames.length);
  expect(new Set(catalogue.map(({ name }) => name)).size).toBe(catalogue.length);
  for (const { name, figures } of catalogue) {
    for (const figure of figures) {
      expect(`${figure.name}/`.startsWith(`${name}/`), `${figure.name} of ${name}`).toBe(true);
    }
  }
});

test('a target that speaks of a peer stands where there is one', () => {
  for (const { figures, peer } of catalogue) {
    for (const { name, target } of figures) {
      if (target !== undefined && target.of !== 'ours') expect(peer, name).toBeDefined();
    }
  }
});

test('--only takes all figures whose names begin so, and no others of their comparison', () => {
  const selected = selectComparisons({ only: ['hydrate/log/cpu', 'stall/lmdb'], entries: 'quick' });
  expect(selected.flatMap(({ comparison }) => comparison.figures.map(({ name }) => name))).toEqual([
    'hydrate/log/cpu',
    'stall/lmdb/hydrate/p99',
    'stall/lmdb/hydrate/longest',
    'stall/lmdb/export/p99',
    'stall/lmdb/export/longest',
    'stall/lmdb/export/pause',
  ]);
});

test('a quick run leaves doubles out unless they are asked for by name, a full one nothing', () => {
  const names = (only: string[], entries: 'quick' | 'full') =>
    selectComparisons({ only, entries }).map(({ comparison }) => comparison.name);
  expect(names([], 'full')).toHaveLength(catalogue.length);
  expect(names([], 'quick')).not.toContain('memory/log/double');
  expect(names(['memory/log'], 'quick')).toEqual(['memory/log', 'memory/log/double']);
  expect(selectComparisons({ only: ['memory/log'], entries: 700 }).map(({ entries }) => entries)).toEqual([
    700, 1_400,
  ]);
});

test('a comparison is found by its name', () => {
  expect(comparisonNamed('hydrate/none').name).toBe('hydrate/none');
  expect(() => comparisonNamed('hydrate')).toThrow(RangeError);
});

test('every family that was asked for is there', () => {
  expect([...new Set(figureNames.map(familyOf))]).toEqual([
    'hydrate',
    'server-limit',
    'apply',
    'get',
    'range',
    'open',
    'artifact',
    'resume',
    'bootstrap',
    'stall',
    'memory',
    'latency',
    'scale',
  ]);
});

test('the document explains every family', async () => {
  const document = await readFile(new URL('../../../../docs/performance.md', import.meta.url), 'utf8');
  for (const family of new Set(figureNames.map(familyOf))) expect(document).toContain(`\n### ${family}\n`);
});
