import { expect, test } from 'vitest';
import { fixedResults } from '../../test/support/fixed-results.js';
import { plotsLink, resultsMarkdown, withResults } from './markdown.js';

const document = [
  '# Performance',
  '<!-- results: begin; written by `npm run bench -- --report` -->',
  'old',
  '<!-- results: end -->',
  'The end.',
].join('\n');

test('results take the place of those before, and nothing else changes', () => {
  const once = withResults(document, 'new');
  expect(once).toBe(document.replace('old', '\nnew\n'));
  expect(withResults(once, 'new')).toBe(once);
});

test('a document without a place for results is left alone', () => {
  expect(() => withResults('# Performance', 'new')).toThrow('no lines <!-- results: begin');
});

test('each family has its plot, its table, and how both sides were set up; the machine stands above', () => {
  const markdown = resultsMarkdown(fixedResults, 'performance');
  expect(markdown).toContain('Measured on: 2 cores, Debian GNU/Linux; node 24.0.0, nats-server 2.15.1.');
  expect(markdown).toContain('### hydrate\n\n![hydrate](performance/hydrate.svg)\n\n| figure | ours |');
  expect(markdown).toContain('| hydrate/log | 250 000 | 100 000 | updates/s | 2.5 × |');
  expect(markdown).toContain('- log fold (sync: false) – kv.watch() <by hand> (WAL & NORMAL)');
  expect(markdown.match(/^### /gm)).toHaveLength(2);
  expect(resultsMarkdown(fixedResults, undefined)).not.toContain('.svg');
});

test('plots are linked from where the report is', () => {
  expect(plotsLink('docs/performance.md', 'docs/performance')).toBe('performance');
  expect(plotsLink('docs/performance.md', 'plots')).toBe('../plots');
  expect(plotsLink('docs/performance.md', undefined)).toBeUndefined();
});
