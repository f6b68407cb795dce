import { closeSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { FoldLock } from '@slipstream/artifact/fold-directory';
import { SlipstreamError } from '@slipstream/core';

// Takes and releases the lock of a directory this many times. Fails when another process has it meanwhile.
const [, , directory = '', turns = ''] = process.argv;
for (let taken = 0; taken < Number(turns); ) {
  const lock = tryToTake();
  if (lock === undefined) continue;
  taken += 1;
  const inside = join(directory, '.inside');
  closeSync(openSync(inside, 'wx'));
  rmSync(inside);
  lock.release();
}

function tryToTake(): FoldLock | undefined {
  try {
    return FoldLock.take(directory);
  } catch (error) {
    if (SlipstreamError.is(error, 'LOCKED')) return undefined;
    throw error;
  }
}
