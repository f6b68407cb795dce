import { expect, test } from 'vitest';
import { type WatchStateName, watchEnded, watchTransitionAllowed } from './watch-state.js';

const names: readonly WatchStateName[] = [
  'restoring',
  'catching-up',
  'live',
  'stale',
  'repairing',
  'stopped',
  'failed',
];

test('every state but the last two can end, and nothing follows those', () => {
  for (const name of names) {
    const ended = name === 'stopped' || name === 'failed';
    expect(watchEnded(name)).toBe(ended);
    expect(watchTransitionAllowed(name, 'stopped')).toBe(!ended);
    expect(watchTransitionAllowed(name, 'failed')).toBe(!ended);
    expect(watchTransitionAllowed(name, 'restoring')).toBe(false);
  }
});

test('live is reached through catching up, and left through stale or repair', () => {
  expect(names.filter((name) => watchTransitionAllowed(name, 'live'))).toEqual([
    'catching-up',
    'stale',
    'repairing',
  ]);
  expect(names.filter((name) => watchTransitionAllowed('live', name))).toEqual([
    'stale',
    'repairing',
    'stopped',
    'failed',
  ]);
});
