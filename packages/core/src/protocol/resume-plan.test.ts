import { describe, expect, test } from 'vitest';
import { markersMayHaveExpired, PURGE_DELETES_AGE_MS } from './marker-window.js';
import { planResume, type ResumePlanInput } from './resume-plan.js';

const sound: ResumePlanInput = {
  cursor: { revision: 15n, epoch: 'now' },
  log: { firstRevision: 10n, lastRevision: 20n, epoch: 'now' },
  refused: false,
  verify: 'auto',
  gapMs: 0,
  shortestMarkerTtlMs: undefined,
  logKeys: 10,
  foldKeys: 10,
};

const opaque = { revision: undefined, epoch: 'now' };

describe('planResume', () => {
  test.each([
    ['a sound cursor', {}, 'at-cursor', undefined],
    ['a cursor below the window', { log: { ...sound.log, firstRevision: 17n } }, 'after-gap', 'below-window'],
    ['another epoch', { log: { ...sound.log, epoch: 'then' } }, 'state', 'epoch-changed'],
    [
      'a log that ends before the cursor',
      { log: { ...sound.log, lastRevision: 14n } },
      'state',
      'beyond-end',
    ],
    ['a cursor that the source refused', { refused: true }, 'after-gap', 'refused-by-source'],
    [
      'another epoch, refused',
      { refused: true, log: { ...sound.log, epoch: 'then' } },
      'state',
      'epoch-changed',
    ],
    ['expired markers', { foldKeys: 11 }, 'after-gap', 'markers-expired'],
    ['expired markers, not to be looked for', { foldKeys: 11, verify: 'never' }, 'at-cursor', undefined],
    [
      'a refused cursor, not to be looked for',
      { refused: true, verify: 'never' },
      'after-gap',
      'refused-by-source',
    ],
    ['a comparison asked for', { verify: 'always' }, 'after-gap', 'asked-for'],
    ['a cursor without order', { cursor: opaque }, 'at-cursor', undefined],
    [
      'a cursor without order, of another epoch',
      { cursor: { ...opaque, epoch: 'then' } },
      'state',
      'epoch-changed',
    ],
    ['a cursor without order, refused', { cursor: opaque, refused: true }, 'state', 'refused-by-source'],
    [
      'a cursor without order, and expired markers',
      { cursor: opaque, foldKeys: 11 },
      'after-gap',
      'markers-expired',
    ],
  ] as const)('%s', (_, change, start, reconcile) => {
    expect(planResume({ ...sound, ...change })).toEqual({ start, reconcile });
  });
});

describe('markersMayHaveExpired', () => {
  test.each([
    ['nothing expires', {}, false],
    ['a gap as long as maintenance spares', { gapMs: PURGE_DELETES_AGE_MS }, true],
    ['a gap of unknown length', { gapMs: undefined }, true],
    ['a gap shorter than the shortest marker', { gapMs: 59, shortestMarkerTtlMs: 60 }, false],
    ['a gap as long as the shortest marker', { gapMs: 60, shortestMarkerTtlMs: 60 }, true],
    ['more keys in the fold than in the log', { foldKeys: 11 }, true],
    ['no fold', { foldKeys: undefined }, false],
  ] as const)('%s: %s', (_, change, expected) => {
    expect(markersMayHaveExpired({ ...sound, ...change })).toBe(expected);
  });
});
