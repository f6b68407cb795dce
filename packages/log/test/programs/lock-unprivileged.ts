import { FoldLock } from '@slipstream/artifact/fold-directory';
import { SlipstreamError } from '@slipstream/core';

// Takes the lock of a directory as a user whom file permissions bind. Prints the code it is refused with.
const NOBODY = 65_534;
const [, , directory = ''] = process.argv;
if (process.getuid?.() === 0) process.setuid?.(NOBODY);
try {
  FoldLock.take(directory).release();
  process.stdout.write('taken');
} catch (error) {
  if (!SlipstreamError.is(error)) throw error;
  process.stdout.write(error.code);
}
