import { expect, test } from 'vitest';
import type { Comparison, Figure } from '../figures/comparison.js';
import { summarize } from './summarize.js';

const never = () => Promise.reject(new Error('not run here'));
const figure: Figure = {
  name: 'hydrate/x',
  unit: 'updates/s',
  better: 'more',
  target: { of: 'ratio', atLeast: 2 },
  reading: 'rate',
};
const comparison: Comparison = {
  name: 'hydrate/x',
  sizes: { quick: 10, full: 100 },
  usesBucket: true,
  ours: { name: 'ours', options: 'a', run: never },
  peer: { name: 'peer', options: 'b', run: never },
  figures: [figure],
};
const machine = { cores: 2, system: 'Linux', versions: { node: '24' } };

test('the ratio is the median of the ratios of each pair, not the ratio of the medians', () => {
  const pairs = [
    { work: 10, ours: { rate: 100 }, peer: { rate: 10 } },
    { work: 10, ours: { rate: 30 }, peer: { rate: 20 } },
    { work: 10, ours: { rate: 60 }, peer: { rate: 15 } },
  ];
  expect(summarize(comparison, pairs, 10, machine)).toEqual([
    {
      name: 'hydrate/x',
      unit: 'updates/s',
      better: 'more',
      ours: 60,
      peer: 15,
      oursName: 'ours',
      peerName: 'peer',
      ratio: 4,
      spread: (10 - 1.5) / 4,
      runs: 3,
      work: 10,
      entries: 10,
      bytes: 2_600,
      isFullSize: false,
      target: { of: 'ratio', atLeast: 2 },
      met: true,
      options: { ours: 'a', peer: 'b' },
      cores: 2,
      system: 'Linux',
      versions: { node: '24' },
    },
  ]);
});

test('without a peer there is no ratio, and the spread is that of ours', () => {
  const alone = { ...comparison, peer: undefined, figures: [{ ...figure, target: undefined }] };
  const pairs = [8, 10, 12].map((rate) => ({ work: 100, ours: { rate }, peer: undefined }));
  expect(summarize(alone, pairs, 100, machine)).toMatchObject([
    {
      ours: 10,
      peer: null,
      peerName: null,
      ratio: null,
      spread: 0.4,
      target: null,
      met: null,
      isFullSize: true,
    },
  ]);
});

test('a figure may stand beside another part of what the peer read', () => {
  const beside = { ...figure, beside: { reading: 'map', name: 'a Map' } };
  const pairs = [{ work: 10, ours: { rate: 20 }, peer: { rate: 1, map: 40 } }];
  expect(summarize({ ...comparison, figures: [beside] }, pairs, 10, machine)).toMatchObject([
    { peer: 40, peerName: 'a Map', ratio: 0.5, met: false },
  ]);
});

test('what this machine cannot read is left out; a reading that is not a number is an error', () => {
  expect(summarize(comparison, [{ work: 10, ours: {}, peer: undefined }], 10, machine)).toEqual([]);
  const broken = [{ work: 10, ours: { rate: Number.NaN }, peer: undefined }];
  expect(() => summarize(comparison, broken, 10, machine)).toThrow('the reading rate is NaN');
});
