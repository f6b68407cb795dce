import { all, prefix, prefixes } from '@slipstream/core';
import { describe, expect, test } from 'vitest';
import { MessageFrame } from '../wire/message-frame.js';
import { BucketSubjects, subjectMatches } from './bucket-subjects.js';
import { base64KeyCodec, plainKeyCodec } from './key-codec.js';

const subjects = new BucketSubjects('b', plainKeyCodec, { name: 'KV_b' }, undefined);

describe('the filter of a scope', () => {
  test.each([
    ['all keys', all(), ['$KV.b.>'], true],
    ['a prefix of whole tokens', prefix('a.'), ['$KV.b.a.>'], true],
    ['a prefix that ends inside the first token', prefix('rou'), ['$KV.b.>'], false],
    ['a prefix that ends inside a later token', prefix('a.rou'), ['$KV.b.a.>'], false],
    ['several prefixes', prefixes(['a.', 'b.']), ['$KV.b.a.>', '$KV.b.b.>'], true],
    ['prefixes that become one when widened', prefixes(['a.x', 'a.y', 'a.z.']), ['$KV.b.a.>'], false],
    ['prefixes of which one widens to everything', prefixes(['a.', 'r']), ['$KV.b.>'], false],
    // '-' sorts before '.', so that what contains a subject need not be its neighbour.
    ['prefixes beside a longer token', prefixes(['a.b', 'a-b.', 'a.c']), ['$KV.b.a-b.>', '$KV.b.a.>'], false],
  ] as const)('of %s never overlaps', (_, scope, expected, isExact) => {
    expect(subjects.filter(scope)).toEqual({ subjects: expected, isExact });
  });
});

describe('the subjects of keys', () => {
  test('are those of the bucket', () => {
    expect(subjects.stored('a.b')).toBe('$KV.b.a.b');
    expect(subjects.published('a.b')).toBe('$KV.b.a.b');
    expect(subjects.key('$KV.b.a.b')).toBe('a.b');
    expect(subjects.key('$KV.other.a')).toBeUndefined();
  });

  test.each([
    ['$KV.b.a.b', 'a.b'],
    ['$KV.b.', ''],
    ['$KV.b', undefined],
    ['$KV.other.a', undefined],
    ['$KV.b.schlüssel', undefined],
  ])('are read from the bytes of a message: %j', (subject, key) => {
    const frame = new MessageFrame();
    frame.read(Buffer.from(`PING\r\nMSG ${subject} 7 0\r\n\r\n`), 6);
    expect(subjects.keyOf(frame)).toBe(key);
  });

  test('in another domain are published below its API', () => {
    const remote = new BucketSubjects('b', plainKeyCodec, { name: 'KV_b' }, 'hub');
    expect(remote.stored('a')).toBe('$KV.b.a');
    expect(remote.published('a')).toBe('$JS.hub.API.$KV.b.a');
  });

  test('of a mirror are those of its origin, and are written there', () => {
    const local = { name: 'KV_copy', mirror: { name: 'KV_b' } };
    const mirror = new BucketSubjects('copy', plainKeyCodec, local, undefined);
    expect(mirror.stream).toBe('KV_copy');
    expect(mirror.stored('a')).toBe('$KV.b.a');
    expect(mirror.published('a')).toBe('$KV.b.a');
    const far = { name: 'KV_copy', mirror: { name: 'KV_b', external: { api: '$JS.hub.API' } } };
    expect(new BucketSubjects('copy', plainKeyCodec, far, undefined).published('a')).toBe(
      '$JS.hub.API.$KV.b.a',
    );
  });

  test('with a codec that cannot read a subject there is no key', () => {
    const coded = new BucketSubjects('b', base64KeyCodec, { name: 'KV_b' }, undefined);
    expect(coded.key(coded.stored('ö x'))).toBe('ö x');
    expect(coded.key('$KV.b.a')).toBeUndefined();
  });
});

test.each([
  ['$KV.b.>', true],
  ['$KV.*.a', false],
  ['$KV.*.a.*', true],
  ['$KV.b.a.c', true],
  ['$KV.b.a.c.>', false],
  ['$KV.b', false],
  ['>', true],
])('the filter %s covers the key a.c: %s', (filter, isCovered) => {
  expect(subjectMatches(['other', filter], '$KV.b.a.c')).toBe(isCovered);
});
