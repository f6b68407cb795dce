import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  appendFile,
  cp,
  mkdir,
  mkdtemp,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { putUpdate } from '@slipstream/core/testing';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { exportArtifact, importArtifact } from '../src/index.js';
import { encodeBlockFrame, encodeFileHeader, encodeFooter } from '../src/portable/frame.js';
import { cursorOf } from './fixtures/entries.js';
import { fileBackend } from './fixtures/file-fold.js';
import { editManifest, forgeFile } from './fixtures/tampering.js';
import { namesIn, temporaryDirectory } from './fixtures/temporary-directory.js';

const NATIVE_FILE = 'data/entries/fold.json';
const PORTABLE_FILE = 'data/entries.slp';

async function artifactIn(place: string, form: 'native' | 'portable'): Promise<string> {
  await using store = await fileBackend.open(join(place, 'origin'));
  await store.apply([putUpdate('a', 1), putUpdate('b', 2)], cursorOf(2));
  await exportArtifact(store, join(place, form), { bucket: 'routes', form, backend: fileBackend });
  await rm(join(place, 'origin'), { recursive: true });
  return join(place, form);
}

/** Asserts that the import is refused, that the destination is untouched, and says why it was refused. */
async function refusalOf(artifact: string): Promise<string> {
  const destination = join(dirname(artifact), 'fold');
  const before = await namesIn(dirname(artifact));
  let message = 'accepted';
  try {
    await importArtifact(fileBackend, artifact, destination);
  } catch (error) {
    expect(error).toMatchObject({ code: 'ARTIFACT_INVALID', hint: expect.any(String) });
    message = (error as Error).message;
    expect(message).toContain(artifact);
  }
  expect(await namesIn(dirname(artifact))).toEqual(before);
  return message;
}

const attacks: [string, (artifact: string, file: string) => Promise<unknown>, string][] = [
  ['a byte of a file changed', (at, file) => overwrite(join(at, file)), ''],
  ['a file cut', (at, file) => truncate(join(at, file), 5), 'has 5 bytes, not'],
  ['a file grown', (at, file) => appendFile(join(at, file), 'x'), 'bytes, not'],
  ['a file missing', (at, file) => rm(join(at, file)), 'is missing'],
  ['no data', (at) => rm(join(at, 'data'), { recursive: true }), 'is missing'],
  ['a file that it does not declare', (at) => writeFile(join(at, 'data', 'x'), ''), 'data/x, file'],
  ['a file beside the manifest', (at) => writeFile(join(at, 'x'), ''), 'x, file'],
  ['a hidden file', (at) => writeFile(join(at, '.x'), ''), '.x, file'],
  ['an empty directory', (at) => mkdir(join(at, 'data', 'x')), 'data/x, directory'],
  ['a link for a file', (at, file) => linked(join(at, file)), 'link'],
  ['a link for the directory', (at) => linked(join(at, 'data')), 'link'],
  ['a link for the manifest', (at) => linked(join(at, 'MANIFEST.json')), 'not a file: link'],
  ['a socket for a file', (at, file) => socket(join(at, file)), 'other'],
  ['a directory for a file', (at, file) => directory(join(at, file)), 'directory'],
  ['a directory for the manifest', (at) => directory(join(at, 'MANIFEST.json')), 'not a file: directory'],
  ['no manifest', (at) => rm(join(at, 'MANIFEST.json')), 'MANIFEST.json is missing'],
  ['a manifest of 2 MiB', (at) => writeFile(join(at, 'MANIFEST.json'), ' '.repeat(2 ** 21)), '2097152 bytes'],
  ['a manifest that is not JSON', (at) => writeFile(join(at, 'MANIFEST.json'), '{"a"'), 'is not JSON'],
  ['an unknown field', (at) => edit(at, { extra: 1 }), 'unknown field'],
  ['another schema version', (at) => edit(at, { schemaVersion: 2 }), 'schemaVersion is 2'],
  ['another backend', (at) => edit(at, { backend: 'leveldb' }), 'leveldb 1'],
  ['another format version', (at) => edit(at, { backendVersion: '2' }), '2 fold'],
  ['another cursor', (at) => edit(at, { cursor: String(cursorOf(3)) }), 'v1:0000000000000003'],
  ['no cursor', (at) => edit(at, { cursor: 'v1:::' }), 'v1:::'],
  ['another number of entries', (at) => edit(at, { entries: 3 }), '2 entries'],
  ['../ in a path', (at, file) => renameFile(at, file, '../a'), 'not below data/'],
  ['data/../ in a path', (at, file) => renameFile(at, file, 'data/../../a'), 'ends in a dot'],
  ['an absolute path', (at, file) => renameFile(at, file, '/tmp/a'), 'not below data/'],
  ['a backslash in a path', (at, file) => renameFile(at, file, 'data\\..\\a'), 'backslash'],
  ['another path', (at, file) => renameFile(at, file, 'data/other'), 'declares|no other'],
  ['no files', (at) => edit(at, { files: [] }), ''],
  ['a file twice', (at) => twice(at), 'collides'],
  ['half a million directories', (at) => deepPaths(at), 'more than 10000 directories|no other'],
];

describe.each([
  ['native', NATIVE_FILE],
  ['portable', PORTABLE_FILE],
] as const)('a %s artifact is refused, and the destination untouched, with', (form, file) => {
  let pristine: string;

  beforeAll(async () => {
    const place = await mkdtemp(join(tmpdir(), 'slipstream-artifact-'));
    pristine = await artifactIn(place, form);
    return () => rm(place, { recursive: true });
  });

  test.each(attacks)('%s', async (_, attack, reason) => {
    const artifact = join(await temporaryDirectory(), 'artifact');
    await cp(pristine, artifact, { recursive: true });
    await attack(artifact, file);
    expect(await refusalOf(artifact)).toMatch(new RegExp(reason));
  });

  test('a byte flipped anywhere in it', async () => {
    const artifact = join(await temporaryDirectory(), 'artifact');
    await cp(pristine, artifact, { recursive: true });
    const bytes = await readFile(join(artifact, file));
    for (let position = 0; position < bytes.length; position += 7) {
      const flipped = Buffer.from(bytes);
      flipped[position] = (flipped[position] as number) ^ 0x10;
      await writeFile(join(artifact, file), flipped);
      expect(await refusalOf(artifact)).not.toBe('accepted');
    }
  });
});

describe('an artifact made wrong, every hash as declared, is refused', () => {
  test('when the engine cannot read its own files', async () => {
    const artifact = await artifactIn(await temporaryDirectory(), 'native');
    await forgeFile(artifact, NATIVE_FILE, () => Buffer.from('{'));
    expect(await refusalOf(artifact)).toContain('is damaged');
  });

  test('when the engine chokes on them with an error of its own', async () => {
    const artifact = await artifactIn(await temporaryDirectory(), 'native');
    await forgeFile(artifact, NATIVE_FILE, () => Buffer.from('{"cursor":"v1:::","entries":7}'));
    expect(await refusalOf(artifact)).toContain('the engine failed: TypeError');
  });

  test.each<[string, (bytes: Buffer) => Uint8Array]>([
    ['noise', (bytes) => randomBytes(bytes.length)],
    ['nothing', () => new Uint8Array(0)],
    ['a file without its footer', (bytes) => bytes.subarray(0, -40)],
    ['a file with something after it', (bytes) => Buffer.concat([bytes, bytes])],
    ['a bomb', () => bomb()],
  ])('when the portable file is %s', async (_, change) => {
    const artifact = await artifactIn(await temporaryDirectory(), 'portable');
    await forgeFile(artifact, PORTABLE_FILE, change);
    expect(await refusalOf(artifact)).not.toBe('accepted');
  });
});

test('a file that turns into another one while it is copied is caught', async () => {
  const artifact = await artifactIn(await temporaryDirectory(), 'native');
  const onProgress = async (): Promise<void> => writeFile(join(artifact, NATIVE_FILE), 'changed');
  const attempt = importArtifact(fileBackend, artifact, join(dirname(artifact), 'fold'), {
    onProgress: () => void onProgress(),
  });
  await expect(attempt).rejects.toMatchObject({ code: 'ARTIFACT_INVALID' });
});

test('the artifact itself is not changed by an import', async () => {
  const artifact = await artifactIn(await temporaryDirectory(), 'native');
  const before = [
    await readFile(join(artifact, NATIVE_FILE)),
    await readFile(join(artifact, 'MANIFEST.json')),
  ];
  await importArtifact(fileBackend, artifact, join(dirname(artifact), 'fold'));
  expect([
    await readFile(join(artifact, NATIVE_FILE)),
    await readFile(join(artifact, 'MANIFEST.json')),
  ]).toEqual(before);
});

async function overwrite(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 1;
  await writeFile(path, bytes);
}

async function linked(path: string): Promise<void> {
  const elsewhere = join(dirname(dirname(path)), '..', `elsewhere-${randomBytes(4).toString('hex')}`);
  await rename(path, elsewhere);
  await symlink(elsewhere, path);
  onTestFinished(() => rm(elsewhere, { recursive: true, force: true }));
}

async function socket(path: string): Promise<void> {
  await rm(path);
  const server = createServer().listen(path);
  await once(server, 'listening');
  onTestFinished(async () => void server.close());
}

async function directory(path: string): Promise<void> {
  await rm(path);
  await mkdir(path);
}

function edit(artifact: string, fields: Record<string, unknown>): Promise<void> {
  return editManifest(artifact, (old) => ({ ...old, ...fields }));
}

function renameFile(artifact: string, from: string, to: string): Promise<void> {
  return editManifest(artifact, (old) => ({
    ...old,
    files: (old['files'] as { path: string }[]).map((file) =>
      file.path === from ? { ...file, path: to } : file,
    ),
  }));
}

function deepPaths(artifact: string): Promise<void> {
  const sha256 = '0'.repeat(64);
  const files = Array.from({ length: 900 }, (_, index) => ({
    path: `data/${index}${'/a'.repeat(500)}`,
    size: 0,
    sha256,
  }));
  return edit(artifact, { files });
}

function twice(artifact: string): Promise<void> {
  return editManifest(artifact, (old) => ({
    ...old,
    files: [...(old['files'] as []), ...(old['files'] as [])],
  }));
}

/** A few KiB that say they are one MiB, and would be 64. */
function bomb(): Buffer {
  const payload = zstdCompressSync(new Uint8Array(64 * 1024 * 1024));
  const frame = { storage: 1, storedBytes: payload.length, rawBytes: 1 << 20, entries: 1 } as const;
  return Buffer.concat([
    encodeFileHeader(),
    encodeBlockFrame(frame, payload),
    payload,
    encodeFooter(1, cursorOf(2)),
  ]);
}
