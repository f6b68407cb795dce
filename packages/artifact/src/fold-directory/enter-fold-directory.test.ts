import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { enterFoldDirectory, type FoldKind, requireEmptyDirectory } from './index.js';

const kind: FoldKind = { backend: 'tree', formatVersion: '3', isEngineFile: (name) => name === 'tree.db' };

let parent: string;
let path: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'slipstream-fold-directory-'));
  path = join(parent, 'fold');
});
afterEach(() => rm(parent, { recursive: true }));

describe('the directory of a fold', () => {
  test('is made, held, completed and released, and keeps no lock file', async () => {
    const directory = await enterFoldDirectory(path, kind);
    expect(directory).toMatchObject({ path, isComplete: false });
    await directory.complete();
    directory.release();
    directory.release();
    expect(await readdir(path)).toEqual(['fold.json']);
    expect(JSON.parse(await readFile(join(path, 'fold.json'), 'utf8'))).toEqual({
      backend: 'tree',
      formatVersion: '3',
    });
    const again = await enterFoldDirectory(path, kind);
    expect(again.isComplete).toBe(true);
    again.release();
  });

  test.each(['fold.json', 'fold.lock'])('keeps %s for itself: an engine cannot claim it', async (own) => {
    const claiming = { ...kind, isEngineFile: (name: string) => name === own };
    await expect(enterFoldDirectory(path, claiming)).rejects.toThrow(
      new RegExp(`tree: ${own} cannot be the name`),
    );
    await expect(enterFoldDirectory(path, claiming)).rejects.toThrow(TypeError);
    expect(await readdir(parent)).toEqual([]);
  });

  test('is LOCKED for every other opener until it is released', async () => {
    const directory = await enterFoldDirectory(path, kind);
    for (let attempt = 0; attempt < 3; attempt++) {
      await expect(enterFoldDirectory(path, kind)).rejects.toMatchObject({ code: 'LOCKED' });
    }
    directory.release();
    (await enterFoldDirectory(path, kind)).release();
  });

  test('is marked as being created before the engine makes a file in it', async () => {
    const directory = await enterFoldDirectory(path, kind);
    expect(JSON.parse(await readFile(join(path, 'fold.json'), 'utf8'))).toEqual({
      backend: 'tree',
      formatVersion: '3',
      state: 'creating',
    });
    directory.release();
  });

  const creating = '{"backend":"tree","formatVersion":"3","state":"creating"}';
  test.each([
    ['before it was marked', { 'fold.json.tmp': '{"back', 'fold.lock': '' }],
    ['when it was marked', { 'fold.json': creating }],
    ['while the engine made its file', { 'fold.json': creating, 'tree.db': 'half', 'fold.json.tmp': '' }],
    ['before it was complete', { 'fold.json': creating, 'tree.db': 'all', 'fold.json.tmp': '{"backend' }],
  ])(
    'is not complete after a creation that was interrupted %s, and is cleared for another',
    async (_, files) => {
      await mkdir(path);
      for (const [name, content] of Object.entries({ ...files, 'lost+found': '' })) {
        await writeFile(join(path, name), content);
      }
      const directory = await enterFoldDirectory(path, kind);
      expect(directory.isComplete).toBe(false);
      expect(await readdir(path)).toEqual(['fold.json', 'fold.lock', 'lost+found']);
      await directory.complete();
      directory.release();
      const again = await enterFoldDirectory(path, kind);
      expect(again.isComplete).toBe(true);
      again.release();
    },
  );

  test('is INCOMPATIBLE when it holds files of the engine and no marker, and stays as it is', async () => {
    await mkdir(path);
    await writeFile(join(path, 'tree.db'), 'all there is');
    const options = [{}, { isEngineEmpty: () => false }];
    for (const each of options) {
      await expect(enterFoldDirectory(path, kind, each)).rejects.toMatchObject({
        code: 'INCOMPATIBLE',
        message: expect.stringContaining('tree.db, but no fold.json'),
        hint: expect.stringContaining('copy the whole directory'),
      });
    }
    expect(await readdir(path)).toEqual(['tree.db']);
    expect(await readFile(join(path, 'tree.db'), 'utf8')).toBe('all there is');
  });

  test('may hold an engine that is open and empty, whose files stay', async () => {
    await mkdir(path);
    await writeFile(join(path, 'tree.db'), 'a header');
    for (const round of ['first', 'after an interruption']) {
      const directory = await enterFoldDirectory(path, kind, { isEngineEmpty: () => true });
      expect(directory.isComplete, round).toBe(false);
      expect(await readFile(join(path, 'tree.db'), 'utf8')).toBe('a header');
      directory.release();
    }
  });

  test.each([
    ['foreign files', 'letter.txt', 'to whom it may concern'],
    ['another engine', 'fold.json', '{"backend":"log","formatVersion":"3"}'],
    ['another format', 'fold.json', '{"backend":"tree","formatVersion":"4"}'],
  ])('is INCOMPATIBLE when it holds %s, and stays as it is', async (_, name, content) => {
    await mkdir(path);
    await writeFile(join(path, name), content);
    await expect(enterFoldDirectory(path, kind)).rejects.toMatchObject({
      code: 'INCOMPATIBLE',
      message: expect.stringContaining(path),
    });
    expect(await readdir(path)).toEqual([name]);
    expect(await readFile(join(path, name), 'utf8')).toBe(content);
  });

  test.each([
    '',
    'null',
    '7',
    '{"backend":"tree"}',
    '{"backend":"tree","formatVersion":"3","state":"begun"}',
    '{"backend":"tree","formatV',
  ])('is CORRUPTED when its marker is %j, and stays as it is', async (content) => {
    await mkdir(path);
    await writeFile(join(path, 'fold.json'), content);
    await expect(enterFoldDirectory(path, kind)).rejects.toMatchObject({ code: 'CORRUPTED' });
    expect(await readdir(path)).toEqual(['fold.json']);
  });

  test('is an INVALID_PATH when it is a file, below one, or has no parent', async () => {
    const file = join(parent, 'file');
    await writeFile(file, 'text');
    for (const wrong of [
      file,
      join(file, 'below'),
      join(parent, 'no', 'parent'),
      join(parent, 'x'.repeat(300)),
    ]) {
      await expect(enterFoldDirectory(wrong, kind)).rejects.toMatchObject({
        code: 'INVALID_PATH',
        hint: expect.any(String),
      });
    }
    expect(await readdir(parent)).toEqual(['file']);
  });
});

describe('the directory of a copy', () => {
  test('is made when it is missing, taken when it is empty, and refused when it holds anything', async () => {
    await requireEmptyDirectory(path);
    await requireEmptyDirectory(path);
    await writeFile(join(path, 'precious'), 'text');
    await expect(requireEmptyDirectory(path)).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    expect(await readdir(path)).toEqual(['precious']);
  });
});
