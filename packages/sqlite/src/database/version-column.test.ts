import { VersionToken } from '@slipstream/core';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { decodeVersion, encodeVersion } from './version-column.js';

/** What a column with this in it reads back as. */
function stored(value: unknown): unknown {
  const database = new Database(':memory:');
  database.exec('CREATE TABLE versions (version ANY NOT NULL) STRICT');
  database.prepare('INSERT INTO versions VALUES (?)').run(value);
  return database.prepare('SELECT version FROM versions').pluck().get();
}

describe('the column of a version', () => {
  test.each([
    ['unknown', VersionToken.unknown],
    ['a revision', VersionToken.fromRevision(7)],
    ['revision 0', VersionToken.fromRevision(0)],
    ['the last revision that is a number', VersionToken.fromRevision(Number.MAX_SAFE_INTEGER)],
    ['the first that is none', VersionToken.fromRevision(2n ** 53n)],
    ['a revision with the sign bit', VersionToken.fromRevision(2n ** 63n)],
    ['the last revision', VersionToken.fromRevision(2n ** 64n - 1n)],
    ['ten bytes', VersionToken.fromBytes(new Uint8Array(10).fill(255))],
    ['one byte', VersionToken.fromBytes(new Uint8Array([7]))],
  ])('gives back %s', (_, version) => {
    expect(decodeVersion(stored(encodeVersion(version)))?.toString()).toBe(version.toString());
  });

  test('has a revision as an integer', () => {
    expect(stored(encodeVersion(VersionToken.fromRevision(7)))).toBe(7);
  });

  test.each([[-1], [1.5], [2n ** 60n], ['7'], [new Uint8Array(11)]])('%o is damage', (column) => {
    expect(decodeVersion(stored(column))).toBeUndefined();
  });
});
