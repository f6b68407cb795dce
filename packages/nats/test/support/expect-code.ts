import { type ErrorCode, SlipstreamError } from '@slipstream/core';
import { expect } from 'vitest';

/** Expects that `promise` rejects with `code`; resolves to the error. */
export async function expectCode(promise: Promise<unknown>, code: ErrorCode): Promise<SlipstreamError> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!SlipstreamError.is(outcome)) {
    expect.fail(`expected ${code}, got ${outcome instanceof Error ? outcome.stack : 'no error'}`);
  }
  expect(outcome.code, outcome.message).toBe(code);
  return outcome;
}
