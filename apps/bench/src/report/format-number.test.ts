import { expect, test } from 'vitest';
import { formatNumber, formatShare } from './format-number.js';

test.for([
  [0, '0'],
  [0.012345, '0.0123'],
  [1, '1'],
  [12.345, '12.3'],
  [999.6, '1 000'],
  [1_234.5, '1 235'],
  [2_000_000, '2 000 000'],
  [-6.28319, '-6.28'],
] as const)('%d is shown with what counts of it: %s', ([value, text]) => {
  expect(formatNumber(value)).toBe(text);
});

test('a share is shown as percent', () => {
  expect(formatShare(0.126)).toBe('13 %');
});
