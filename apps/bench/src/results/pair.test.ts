import { expect, test } from 'vitest';
import { pairOf } from './pair.js';

const ours = { work: 500, readings: { seconds: 1 } };

test('two sides that did the same work are a pair; one side may be alone', () => {
  const peer = { work: 500, readings: { seconds: 2 } };
  expect(pairOf('x', ours, peer)).toEqual({ work: 500, ours: { seconds: 1 }, peer: { seconds: 2 } });
  expect(pairOf('x', ours, undefined)).toEqual({ work: 500, ours: { seconds: 1 }, peer: undefined });
});

test('two sides that did not do the same work are never compared', () => {
  expect(() => pairOf('x', ours, { work: 499, readings: {} })).toThrow('x: ours did 500 and the peer 499');
  expect(() => pairOf('x', undefined, ours)).toThrow('x: nothing was measured');
});
