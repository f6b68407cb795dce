import { SlipstreamError, VersionToken, WatchCursor } from '@slipstream/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_MANIFEST_BYTES, type Manifest } from './manifest.js';
import { decodeManifest, encodeManifest } from './manifest-codec.js';

const word = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .filter((text) => text.isWellFormed());
const wholeNumber = fc.maxSafeNat();
const sha256 = fc.stringMatching(/^[0-9a-f]{64}$/);
const cursor = fc.oneof(
  fc.constant(WatchCursor.none),
  fc
    .record({
      version: fc.uint8Array({ minLength: 1, maxLength: 10 }).map((bytes) => VersionToken.fromBytes(bytes)),
      epoch: fc.option(word, { nil: undefined }),
      at: fc.option(wholeNumber, { nil: undefined }),
    })
    .map((parts) => WatchCursor.of(parts)),
);
const manifests: fc.Arbitrary<Manifest> = fc.record({
  schemaVersion: fc.constant(1 as const),
  backend: word,
  backendVersion: word,
  cursor,
  createdAt: fc
    .date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) })
    .map((date) => date.toISOString()),
  bucket: word,
  entries: wholeNumber,
  files: fc
    .uniqueArray(fc.stringMatching(/^[a-z0-9]{1,8}$/), { maxLength: 5 })
    .chain((names) => fc.tuple(...names.map((name) => file(`data/${name}`)))),
});

function file(path: string): fc.Arbitrary<Manifest['files'][number]> {
  return fc.record({ path: fc.constant(path), size: wholeNumber, sha256 });
}

const example = {
  schemaVersion: 1,
  backend: 'log',
  backendVersion: '1',
  cursor: 'v1:000000000000002a:epoch:1700000000000',
  createdAt: '2026-01-31T12:00:00.000Z',
  bucket: 'routes',
  entries: 12,
  files: [{ path: 'data/fold.1.log', size: 4096, sha256: 'ab'.repeat(32) }],
};

function refusalOf(fields: unknown): string {
  return refusalOfBytes(
    new TextEncoder().encode(typeof fields === 'string' ? fields : JSON.stringify(fields)),
  );
}

function refusalOfBytes(bytes: Uint8Array): string {
  try {
    decodeManifest(bytes);
  } catch (error) {
    if (SlipstreamError.is(error, 'ARTIFACT_INVALID')) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('a manifest', () => {
  test('reads back as it was written', () => {
    fc.assert(
      fc.property(manifests, (manifest) => {
        const decoded = decodeManifest(encodeManifest(manifest));
        expect(decoded.cursor.equals(manifest.cursor)).toBe(true);
        expect(JSON.parse(JSON.stringify(decoded))).toEqual(JSON.parse(JSON.stringify(manifest)));
      }),
    );
  });

  test('of the format as it is documented is accepted', () => {
    expect(refusalOf(example)).toBe('accepted');
  });

  test('is refused without any one of its fields, and with any other', () => {
    for (const field of Object.keys(example)) {
      expect(refusalOf({ ...example, [field]: undefined })).toContain(`has no ${field}`);
    }
    expect(refusalOf({ ...example, extra: 1 })).toContain('unknown field "extra"');
    expect(refusalOf(`{"__proto__":1,${JSON.stringify(example).slice(1)}`)).toContain('unknown field');
    const [first] = example.files;
    expect(refusalOf({ ...example, files: [{ ...first, mode: 0o777 }] })).toContain('unknown field "mode"');
    expect(refusalOf({ ...example, files: [{ ...first, size: undefined }] })).toContain(
      'files[0] has no size',
    );
  });

  test('is refused with a field twice, whichever of them a reader would take', () => {
    const json = JSON.stringify(example);
    expect(refusalOf(json.replace('"entries"', '"entries":13,"entries"'))).toContain('a field twice');
    expect(refusalOf(json.replace('"entries"', '"\\u0065ntries":12,"entries"'))).toContain('a field twice');
    expect(refusalOf(json.replace('"size"', '"size":1,"size"'))).toContain('a field twice');
    expect(refusalOf({ ...example, bucket: '"a":"b":\\"' })).toBe('accepted');
  });

  test('is refused in a few words, however deep or large what is wrong in it is', () => {
    const deep = `${'['.repeat(300_000)}${']'.repeat(300_000)}`;
    const json = JSON.stringify(example);
    expect(refusalOf(json.replace('"routes"', deep))).toBe('bucket is a list, not a non-empty string');
    expect(refusalOf({ ...example, schemaVersion: 'x'.repeat(500_000) }).length).toBeLessThan(200);
    expect(refusalOf({ ...example, entries: 'x'.repeat(500_000) }).length).toBeLessThan(200);
  });

  test.each<[string, unknown[]]>([
    ['schemaVersion', [0, 2, '1', null, 1.5]],
    ['backend', ['', 1, null, [], '\ud800']],
    ['backendVersion', ['', 1, null]],
    [
      'cursor',
      ['', 'v1', 'v2:::', 'v1:0G::', 'v1:AB::', 'v1:00:%zz:', 'v1:00:%41:', 'v1:00::1.5', 1, null, {}],
    ],
    [
      'cursor',
      [`v1:${'00'.repeat(11)}::`, 'v1:00::99999999999999999999', 'v1:00::01', `v1:00:${'e'.repeat(300)}:`],
    ],
    ['createdAt', ['', 'yesterday', '2026-01-31', '2026-01-31T12:00:00Z', '2026-13-31T12:00:00.000Z', 1]],
    ['bucket', ['', null, 7]],
    ['entries', [-1, 1.5, '12', null, 2 ** 53, 1e300]],
    ['files', [null, {}, 'data/a', [null], [[]], ['data/a']]],
  ])('is refused with another %s', (field, values) => {
    for (const value of values) expect(refusalOf({ ...example, [field]: value })).toContain(field);
  });

  test.each<[string, unknown]>([
    ['path', '../a'],
    ['path', 'data/../../etc/passwd'],
    ['path', '/etc/passwd'],
    ['path', 'data\\a'],
    ['path', 7],
    ['size', -1],
    ['size', 1.5],
    ['sha256', 'ab'],
    ['sha256', 'AB'.repeat(32)],
    ['sha256', null],
  ])('is refused with a file whose %s is %j', (field, value) => {
    expect(refusalOf({ ...example, files: [{ ...example.files[0], [field]: value }] })).toContain(
      `files[0].${field}`,
    );
  });

  test('is refused with files that collide', () => {
    const other = { ...example.files[0], path: 'data/FOLD.1.log' };
    expect(refusalOf({ ...example, files: [...example.files, other] })).toContain('collides');
  });

  test('is refused when it is not JSON in UTF-8, or not an object', () => {
    for (const text of ['', '{', 'null', '[]', '1', '"a"', `${JSON.stringify(example)}}`, '\ufeff{}']) {
      expect(refusalOf(text)).not.toBe('accepted');
    }
    const bytes = new TextEncoder().encode(JSON.stringify(example));
    bytes[bytes.indexOf(0x72)] = 0xff;
    expect(refusalOfBytes(bytes)).toContain('not JSON');
  });

  test('is refused when it is larger than a MiB, before it is parsed', () => {
    expect(refusalOfBytes(new Uint8Array(MAX_MANIFEST_BYTES + 1).fill(0x20))).toContain('bytes, more than');
  });

  test('that breaks a rule is not written either', () => {
    const manifest = decodeManifest(new TextEncoder().encode(JSON.stringify(example)));
    expect(() => encodeManifest({ ...manifest, entries: -1 })).toThrow(/entries is -1/);
  });
});
