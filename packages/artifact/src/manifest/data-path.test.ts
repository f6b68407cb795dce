import { resolve, sep } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { collidingPath, dataPathProblem } from './data-path.js';

describe('a path of an artifact', () => {
  test.each(['data/a', 'data/MANIFEST-000004', 'data/a/b/c.sst', 'data/.hidden', 'data/ä b', 'data/..a'])(
    'may be %s',
    (path) => expect(dataPathProblem(path)).toBeUndefined(),
  );

  test.each([
    ['', 'not below'],
    ['data', 'not below'],
    ['data/', 'empty segment'],
    ['a', 'not below'],
    ['/data/a', 'not below'],
    ['Data/a', 'not below'],
    ['./data/a', 'not below'],
    ['../data/a', 'not below'],
    ['data//a', 'empty segment'],
    ['data/a/', 'empty segment'],
    ['data/../a', 'ends in a dot'],
    ['data/./a', 'ends in a dot'],
    ['data/a/..', 'ends in a dot'],
    ['data/a./b', 'ends in a dot'],
    ['data/a ', 'ends in a dot or a space'],
    ['data\\a', 'backslash'],
    ['data/..\\a', 'backslash'],
    ['data/C:a', 'colon'],
    ['data/a\u0000', 'control character'],
    ['data/a\n', 'control character'],
    ['data/\ud800', 'well-formed'],
    [`data/${'a'.repeat(256)}`, '255 bytes'],
    [`data/${'ab/'.repeat(400)}a`, '1024 bytes'],
  ])('may not be %j', (path, reason) => expect(dataPathProblem(path)).toContain(reason));

  test('that is allowed stays below data/, wherever the artifact is', () => {
    const segment = fc.constantFrom('data', '..', '.', '', 'a', 'a.', ' ', '\\', 'C:', '~', '...', '\u0000');
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 6 }), (segments) => {
        const path = segments.join('/');
        if (dataPathProblem(path) !== undefined) return;
        expect(resolve('/artifact', path).startsWith(['', 'artifact', 'data', ''].join(sep))).toBe(true);
      }),
    );
  });
});

describe('paths of one artifact', () => {
  test.each([
    [['data/a', 'data/a']],
    [['data/a', 'data/A']],
    [['data/é', 'data/e\u0301']],
    [['data/a', 'data/a/b']],
    [['data/a/b', 'data/A']],
  ])('collide on some system: %j', (paths) => {
    expect(collidingPath(paths)).toBe(paths[1]);
    expect(collidingPath([...paths].reverse())).toBe(paths[0]);
  });

  test('may share directories and beginnings', () => {
    expect(collidingPath(['data/a/b', 'data/a/c', 'data/ab', 'data/b/a'])).toBeUndefined();
  });
});
