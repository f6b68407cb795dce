import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { syncDirectory } from './sync-directory.js';

test.runIf(process.platform === 'linux')('a file system without the operation is not an error', async () => {
  await syncDirectory('/proc');
});

test('a directory that is not there is an error', async () => {
  const path = await mkdtemp(join(tmpdir(), 'slipstream-'));
  await syncDirectory(path);
  await rm(path, { recursive: true });
  await expect(syncDirectory(path)).rejects.toMatchObject({ code: 'ENOENT' });
});
