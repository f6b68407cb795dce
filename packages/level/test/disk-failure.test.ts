import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { collect } from '@slipstream/core/testing';
import { temporaryDirectory } from '@slipstream/test-kit';
import { expect, test } from 'vitest';
import { startProgram } from '../../../tooling/test/start-program.js';
import { LevelSnapshotStore } from '../src/index.js';

const PROGRAM = new URL('./programs/fill-disk.ts', import.meta.url);
/** In blocks of 512 bytes, or of 1 KiB, as the shell has it: less than LevelDB's log grows to. */
const FILE_BLOCKS = 2_000;

test.skipIf(process.platform === 'win32')(
  'a write that fails halfway changes nothing, and what is committed after it survives a kill',
  async () => {
    await using directory = await temporaryDirectory();
    // With the signal ignored, a write past the limit fails like one on a full disk: the part that fits is written.
    const shell = `trap '' XFSZ; ulimit -f ${FILE_BLOCKS}; exec "$@"`;
    const child = startProgram(PROGRAM, [directory.path], { shell });
    const [output] = await Promise.all([text(child.stdout as Readable), once(child, 'close')]);
    const [code, failedAfter, committed] = output.split('\n');
    expect(code).toBe('STORE_FAILED');
    expect(Number(failedAfter)).toBeGreaterThan(10);
    expect(Number(committed)).toBe(Number(failedAfter) + 20);
    await using store = await LevelSnapshotStore.open(directory);
    expect(store.cursor.revision).toBe(BigInt(Number(committed)));
    const keys = await collect(store.keys(''));
    expect(keys.sort()).toEqual(
      Array.from({ length: Number(committed) }, (_, index) => `k.${index + 1}`).sort(),
    );
  },
);
