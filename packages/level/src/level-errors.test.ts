import { SlipstreamError } from '@slipstream/core';
import { expect, test } from 'vitest';
import { levelError } from './level-errors.js';

function engineError(code: string | undefined, message: string): Error {
  return Object.assign(new Error(message), code === undefined ? {} : { code });
}

test.each([
  ['LEVEL_LOCKED', 'IO error: lock /x/LOCK: already held by process', 'LOCKED'],
  ['LEVEL_CORRUPTION', 'Corruption: checksum mismatch', 'CORRUPTED'],
  ['LEVEL_DATABASE_NOT_OPEN', 'Database is not open', 'CLOSED'],
  ['LEVEL_BATCH_NOT_OPEN', 'Batch is not open: cannot change operations after write() or close()', 'CLOSED'],
  ['LEVEL_IO_ERROR', 'IO error: /x/000005.log: No space left on device', 'STORE_FAILED'],
  ['LEVEL_IO_ERROR', 'IO error: /x/000005.ldb: Too many open files', 'STORE_FAILED'],
  ['LEVEL_IO_ERROR', 'IO error: /x/000005.ldb: Input/output error', 'STORE_FAILED'],
  ['LEVEL_IO_ERROR', 'IO error: /x/LOCK: Permission denied', 'INVALID_PATH'],
  ['LEVEL_IO_ERROR', 'IO error: /x/LOCK: Read-only file system', 'INVALID_PATH'],
  ['LEVEL_IO_ERROR', 'IO error: /x/LOCK: Not a directory', 'INVALID_PATH'],
  ['LEVEL_IO_ERROR', 'IO error: /x/MANIFEST-000004: No such file or directory', 'CORRUPTED'],
  [undefined, 'IO error: /x/000005.ldb: Permission denied', 'INVALID_PATH'],
  [undefined, 'Invalid argument: /x: does not exist (create_if_missing is false)', 'CORRUPTED'],
  [undefined, 'Invalid argument: not implemented', 'STORE_FAILED'],
  ['ENOSPC', 'ENOSPC: no space left on device, write', 'STORE_FAILED'],
  ['EACCES', "EACCES: permission denied, open '/x'", 'INVALID_PATH'],
])('%s, "%s": %s', (code, message, expected) => {
  const error = engineError(code, message);
  expect(levelError(error, 'opening /x')).toMatchObject({
    code: expected,
    message: expect.stringMatching(/^opening \/x failed: /),
  });
});

test('what abstract-level wraps is told by its cause', () => {
  const error = Object.assign(
    new Error('Database failed to open', { cause: engineError('LEVEL_LOCKED', 'lock') }),
    {
      code: 'LEVEL_DATABASE_NOT_OPEN',
    },
  );
  expect(levelError(error, 'opening /x')).toMatchObject({ code: 'LOCKED', cause: error });
});

test('what is ours already, and mistakes in arguments, pass', () => {
  for (const error of [new SlipstreamError('CLOSED', 'closed'), new TypeError('no'), new RangeError('no')]) {
    expect(levelError(error, 'opening /x')).toBe(error);
  }
});
