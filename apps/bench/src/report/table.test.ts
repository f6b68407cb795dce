import { expect, test } from 'vitest';
import { fixedResults } from '../../test/support/fixed-results.js';
import { textTable } from './table.js';

test('a row says what was measured, beside what, what it has to reach, and whether that counts', () => {
  expect(textTable(fixedResults).split('\n')).toEqual([
    'figure                     ours     peer  unit               ratio  spread  target                entries  peer is',
    'hydrate/log             250 000  100 000  updates/s          2.5 ×    10 %  ≥ 2 ×    met (small)      500  kv.watch() <by hand>',
    'hydrate/log/cpu               4        8  CPU s per million  0.5 ×    10 %  report                    500  kv.watch() <by hand>',
    'stall/log/export/p99       90.1        –  ms                     –    10 %  ≤ 20 ms  MISSED           500  –',
    'stall/log/export/pause       12        –  ms                     –    10 %  report                    500  –',
  ]);
});
