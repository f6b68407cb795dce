import { expect, test } from 'vitest';
import { meetsTarget } from './meets-target.js';

const measured = { ours: 30, peer: 20, ratio: 1.5 };

test('a ratio is held against the bound on either side, which is itself enough', () => {
  expect(meetsTarget({ of: 'ratio', atLeast: 1.5 }, measured)).toBe(true);
  expect(meetsTarget({ of: 'ratio', atLeast: 1.6 }, measured)).toBe(false);
  expect(meetsTarget({ of: 'ratio', atMost: 1.5 }, measured)).toBe(true);
  expect(meetsTarget({ of: 'ratio', atMost: 1.4 }, measured)).toBe(false);
});

test('ours, or what it is above the peer, is held against a bound in the unit', () => {
  expect(meetsTarget({ of: 'ours', atMost: 30 }, measured)).toBe(true);
  expect(meetsTarget({ of: 'ours', atMost: 29 }, measured)).toBe(false);
  expect(meetsTarget({ of: 'difference', atMost: 10 }, measured)).toBe(true);
  expect(meetsTarget({ of: 'difference', atMost: 9 }, measured)).toBe(false);
});

test('a target that speaks of a peer is not met without one', () => {
  const alone = { ours: 30, peer: null, ratio: null };
  expect(meetsTarget({ of: 'ratio', atLeast: 0 }, alone)).toBe(false);
  expect(meetsTarget({ of: 'difference', atMost: 100 }, alone)).toBe(false);
});
