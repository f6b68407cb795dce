import { describe, expect, test } from 'vitest';
import { type ErrorCode, errorRecovery } from './error-code.js';
import { abortedError, closedError, SlipstreamError } from './slipstream-error.js';

describe('SlipstreamError', () => {
  test('is recognised by its brand, by another copy of the package too', async () => {
    const error = new SlipstreamError('LOCKED', 'fold /x is in use');
    // A query makes the module loader evaluate the file once more: a second copy, as two versions would be.
    const copy: { SlipstreamError: typeof SlipstreamError } = await import(
      './slipstream-error.js?copy' as string
    );
    expect(error instanceof copy.SlipstreamError).toBe(false);
    expect(copy.SlipstreamError.is(error)).toBe(true);
    expect(copy.SlipstreamError.is(error, 'LOCKED')).toBe(true);
    expect(copy.SlipstreamError.is(error, 'CLOSED')).toBe(false);
  });

  test('nothing else passes for one', () => {
    for (const value of [undefined, null, 'LOCKED', new Error('LOCKED'), { code: 'LOCKED' }]) {
      expect(SlipstreamError.is(value)).toBe(false);
    }
    expect(SlipstreamError.is(structuredClone(new SlipstreamError('LOCKED', 'gone')))).toBe(false);
  });

  test('from keeps its own, turns an abort into ABORTED, and wraps the rest with the cause', () => {
    const own = new SlipstreamError('TIMEOUT', 'slow');
    expect(SlipstreamError.from(own, 'WATCH_FAILED')).toBe(own);
    const abort = new DOMException('stop', 'AbortError');
    expect(SlipstreamError.from(abort, 'WATCH_FAILED').code).toBe('ABORTED');
    const other = SlipstreamError.from(new Error('EIO'), 'STORE_FAILED', 'fold /x: write failed');
    expect(other).toMatchObject({
      code: 'STORE_FAILED',
      message: 'fold /x: write failed',
      cause: { message: 'EIO' },
    });
    expect(SlipstreamError.from('text', 'STORE_FAILED').message).toBe('text');
  });

  test('every code has a recovery', () => {
    const recoveries = new Set(['retry', 'repair', 'reset-local-state', 'give-up']);
    for (const code of Object.keys(errorRecovery) as ErrorCode[]) {
      expect(recoveries.has(new SlipstreamError(code, '').recovery)).toBe(true);
    }
  });

  test('carries hint and cause, and an abort has the name that the web gives it', () => {
    const reason = new Error('user left');
    const aborted = abortedError(AbortSignal.abort(reason), 'waiting');
    expect(aborted).toMatchObject({ code: 'ABORTED', name: 'AbortError', cause: reason });
    expect(closedError('the replica')).toMatchObject({ code: 'CLOSED', message: 'the replica is closed' });
    expect(new SlipstreamError('LOCKED', 'x', { hint: 'stop the other' }).hint).toBe('stop the other');
    expect('cause' in new SlipstreamError('LOCKED', 'x')).toBe(false);
  });
});
