import { VersionToken, WatchCursor } from '@slipstream/core';
import { expect, test } from 'vitest';
import { CursorAudit } from './cursor-audit.js';
import { Violation } from './violation.js';

const cursor = (revision: number, epoch = 'first'): string =>
  WatchCursor.of({ version: VersionToken.fromRevision(revision), epoch }).toString();

function auditOf(...cursors: string[]): CursorAudit {
  const audit = new CursorAudit('node-1');
  for (const each of cursors) audit.observe(each);
  return audit;
}

test('a cursor may advance, stand still, and start over in another epoch', () => {
  const audit = auditOf(WatchCursor.none.toString(), cursor(5), cursor(5), cursor(7), cursor(2, 'second'));
  expect(audit.checks).toBe(5);
  expect(audit.last.toString()).toBe(cursor(2, 'second'));
});

test('a cursor that goes back within its epoch is found', () => {
  const audit = auditOf(cursor(5));
  expect(() => audit.observe(cursor(4))).toThrow(Violation);
});

test('a fold that has lost its cursor is found', () => {
  const audit = auditOf(cursor(5));
  expect(() => audit.observe(WatchCursor.none.toString())).toThrow('went back from');
});

test('a fold that returns to an epoch that it has left is found', () => {
  const audit = auditOf(cursor(5), cursor(1, 'second'));
  expect(() => audit.observe(cursor(9))).toThrow(Violation);
});
