import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryDirectory } from '@slipstream/test-kit';
import { describe, expect, test } from 'vitest';

const LOADER = new URL('../../../tooling/test/source-loader.mjs', import.meta.url).href;
const PROGRAM = fileURLToPath(new URL('./programs/fill-the-disk.ts', import.meta.url));
/** Of 512 bytes each: where the kernel refuses to let a file grow further. */
const LARGEST_FILE_BLOCKS = 131_072;

describe.skipIf(process.platform === 'win32')('a disk that fills up', () => {
  test.each([
    { what: 'a short commit', size: 500, sync: '' },
    { what: 'a short commit that is flushed', size: 500, sync: 'sync' },
    { what: 'a long commit', size: 4_000, sync: '' },
    { what: 'a commit in slices', size: 17_000, sync: '' },
  ])(
    'fails $what as a whole; the fold stays as it was, can be copied and closed, and takes the next one that fits',
    async ({ size, sync }) => {
      await using directory = await temporaryDirectory();
      const script = `ulimit -f ${LARGEST_FILE_BLOCKS}; exec "$0" "$@"`;
      const program = ['--conditions=@slipstream/source', '--import', LOADER, PROGRAM];
      const { stdout } = await promisify(execFile)('sh', [
        ...['-c', script, process.execPath, ...program],
        ...[join(directory.path, 'fold'), String(size), sync],
      ]);
      const [failed, copy, fitting, reopened] = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(failed).toEqual({
        commits: failed.cursor,
        cursor: failed.cursor,
        code: 'STORE_FAILED',
        hint: expect.stringMatching(/disk/),
      });
      expect(failed.commits).toBeGreaterThan(0);
      expect(copy).toEqual({ entries: failed.commits * size });
      expect(fitting).toEqual({ entries: failed.commits * size, value: 'fits' });
      expect(reopened).toEqual(fitting);
    },
    60_000,
  );
});
