import { describe, expect, test } from 'vitest';
import { VersionToken } from '../cursor/version-token.js';
import { WatchCursor } from '../cursor/watch-cursor.js';
import { cursorAt } from '../testing/updates.js';
import { markerGapMs, UNNOTICED_MS } from './marker-gap.js';
import { nextCursor } from './next-cursor.js';
import { resumeObstacle, resumeWindowOk } from './resume-window.js';

const MAX_U64 = 0xffff_ffff_ffff_ffffn;

describe('resumeWindowOk', () => {
  test.each([
    [0n, 1n, true],
    [5n, 1n, true],
    [5n, 6n, true],
    [5n, 7n, false],
    [0n, 2n, false],
    [MAX_U64, MAX_U64, true],
    [MAX_U64 - 1n, MAX_U64, true],
    [MAX_U64, 0n, true],
  ])('after revision %s with a log that begins at %s: %s', (revision, firstRevision, expected) => {
    expect(resumeWindowOk(revision, firstRevision)).toBe(expected);
  });
});

describe('resumeObstacle', () => {
  const log = { firstRevision: 10n, lastRevision: 20n, epoch: 'now' };

  test.each([
    [{ revision: 15n, epoch: 'now' }, undefined],
    [{ revision: 15n, epoch: undefined }, undefined],
    [{ revision: 20n, epoch: 'now' }, undefined],
    [{ revision: 9n, epoch: 'now' }, undefined],
    [{ revision: 8n, epoch: 'now' }, 'below-window'],
    [{ revision: 21n, epoch: 'now' }, 'beyond-end'],
    [{ revision: 15n, epoch: 'before' }, 'epoch-changed'],
    [{ revision: 8n, epoch: 'before' }, 'epoch-changed'],
  ] as const)('%o: %s', (cursor, expected) => {
    expect(resumeObstacle({ cursor, log })).toBe(expected);
  });
});

describe('nextCursor', () => {
  test('goes forward within an epoch, never back, and anywhere in another epoch', () => {
    expect(nextCursor(cursorAt(5), cursorAt(6)).revision).toBe(6n);
    expect(nextCursor(cursorAt(5), cursorAt(4)).revision).toBe(5n);
    expect(nextCursor(cursorAt(5), cursorAt(1, 'another')).revision).toBe(1n);
    expect(nextCursor(WatchCursor.none, cursorAt(4)).revision).toBe(4n);
  });

  test('is not moved by an unknown version', () => {
    expect(nextCursor(cursorAt(5), WatchCursor.none).revision).toBe(5n);
  });

  test('takes the later time of the same position', () => {
    const version = VersionToken.fromRevision(5);
    const later = WatchCursor.of({ version, epoch: 'e', at: 2 });
    expect(nextCursor(WatchCursor.of({ version, epoch: 'e', at: 1 }), later)).toBe(later);
  });

  test('of versions without order takes what is proposed', () => {
    const opaque = (byte: number): WatchCursor =>
      WatchCursor.of({ version: VersionToken.fromBytes(Uint8Array.of(byte)) });
    expect(nextCursor(opaque(9), opaque(1)).equals(opaque(1))).toBe(true);
  });
});

describe('markerGapMs', () => {
  test.each([
    ['since the cursor', { cursorAt: 1_000, logAt: 5_000, sinceIdleMs: undefined }, 4_000 + UNNOTICED_MS],
    ['since the watch was idle', { cursorAt: 1_000, logAt: 900_000, sinceIdleMs: 10 }, 10 + 2 * UNNOTICED_MS],
    ['the shorter of both', { cursorAt: 4_000, logAt: 5_000, sinceIdleMs: 10 }, 1_000 + UNNOTICED_MS],
    ['any', { cursorAt: undefined, logAt: 5_000, sinceIdleMs: undefined }, undefined],
  ])('%s', (_, input, expected) => {
    expect(markerGapMs(input)).toBe(expected);
  });
});
