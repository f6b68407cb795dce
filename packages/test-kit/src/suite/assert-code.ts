import assert from 'node:assert/strict';
import { type ErrorCode, SlipstreamError } from '@slipstream/core';

/** Asserts that `work` throws or rejects with a Slipstream error of this code, or one of these. */
export async function assertCode(
  work: () => unknown,
  codes: ErrorCode | readonly ErrorCode[],
  what: string,
): Promise<SlipstreamError> {
  const expected = typeof codes === 'string' ? [codes] : codes;
  let error: unknown;
  try {
    await work();
  } catch (caught) {
    error = caught;
  }
  assert.ok(error !== undefined, `${what} has to fail with ${expected.join(' or ')}, and succeeded`);
  if (!SlipstreamError.is(error)) {
    throw new assert.AssertionError({
      message: `${what} has to fail with ${expected.join(' or ')}, not with ${String(error)}`,
    });
  }
  assert.ok(
    expected.includes(error.code),
    `${what} has to fail with ${expected.join(' or ')}, not with ${error.code}: ${error.message}`,
  );
  return error;
}
