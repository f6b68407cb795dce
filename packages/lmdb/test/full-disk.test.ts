import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryDirectory } from '@slipstream/test-kit';
import { describe, expect, test } from 'vitest';

const LOADER = new URL('../../../tooling/test/source-loader.mjs', import.meta.url).href;
const PROGRAM = fileURLToPath(new URL('./programs/open-on-full-disk.ts', import.meta.url));

// A private mount of the process, which disappears with it, however it ends.
const OWN_MOUNTS = process.getuid?.() === 0 ? ['-m'] : ['--user', '--map-root-user', '-m'];
const SCRIPT = 'mount -t tmpfs -o size=1m tmpfs "$0" && exec "$@"';
const onOwnDisk = (directory: string, command: readonly string[]): string[] => [
  ...['-c', 'exec unshare "$@"', 'sh', ...OWN_MOUNTS],
  ...['sh', '-c', SCRIPT, directory, ...command],
];

await using mountPoint = await temporaryDirectory();
const canMount = spawnSync('sh', onOwnDisk(mountPoint.path, ['true']), { stdio: 'ignore' }).status === 0;

describe.skipIf(!canMount)(
  `a disk without room for a fold${canMount ? '' : ' (skipped: this user cannot mount a tmpfs)'}`,
  () => {
    test('fails the opening of a new fold, however little is left, and not the process; an existing one opens', async () => {
      await using directory = await temporaryDirectory();
      const program = ['--conditions=@slipstream/source', '--import', LOADER, PROGRAM, directory.path];
      const command = onOwnDisk(directory.path, [process.execPath, ...program]);
      const { stdout } = await promisify(execFile)('sh', command);
      const [refused, entry] = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(new Set(refused)).toEqual(new Set(['STORE_FAILED']));
      expect(entry).toBe('a@1');
    }, 60_000);
  },
);
