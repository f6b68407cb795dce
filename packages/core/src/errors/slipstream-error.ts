import { type ErrorCode, errorRecovery, type Recovery } from './error-code.js';

// Registered, so that two copies of this package in one process recognise each other's errors.
const brand = Symbol.for('@slipstream/core/error');

/** What accompanies an error. */
export interface SlipstreamErrorOptions {
  /** What was caught. */
  readonly cause?: unknown;
  /** What an operator can do about it, as one sentence. */
  readonly hint?: string | undefined;
}

/**
 * The one error class of Slipstream. `code` says what happened, `message` to what (bucket, key, path,
 * revision), `hint` what to do, `cause` what was caught. Mistakes in arguments are `TypeError` and
 * `RangeError` instead: those are bugs of the caller, not conditions to handle.
 */
export class SlipstreamError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: SlipstreamErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    // The web's name for a cancelled operation, which callers already know how to ignore.
    this.name = code === 'ABORTED' ? 'AbortError' : 'SlipstreamError';
    this.code = code;
    this.hint = options.hint;
    Object.defineProperty(this, brand, { value: true });
  }

  /** How to recover from this error. */
  get recovery(): Recovery {
    return errorRecovery[this.code];
  }

  /**
   * Whether `value` is a Slipstream error (with this code, if one is given). Works across copies of the
   * package, where `instanceof` does not. `structuredClone` does not preserve it.
   */
  static is(value: unknown, code?: ErrorCode): value is SlipstreamError {
    if (typeof value !== 'object' || value === null || !(brand in value)) return false;
    return code === undefined || Reflect.get(value, 'code') === code;
  }

  /**
   * `value` itself when it is a Slipstream error, else a new one with it as `cause`: an `AbortError` becomes
   * `ABORTED`, everything else `fallback`.
   */
  static from(value: unknown, fallback: ErrorCode, message?: string): SlipstreamError {
    if (SlipstreamError.is(value)) return value;
    const aborted = value instanceof Error && value.name === 'AbortError';
    const text = message ?? (value instanceof Error ? value.message : String(value));
    return new SlipstreamError(aborted ? 'ABORTED' : fallback, text, { cause: value });
  }
}

/** The `ABORTED` error for a signal that fired; its reason becomes the cause. */
export function abortedError(signal: AbortSignal, what: string): SlipstreamError {
  return new SlipstreamError('ABORTED', `${what} was aborted`, { cause: signal.reason });
}

/** The `CLOSED` error for an operation on something closed. */
export function closedError(what: string): SlipstreamError {
  return new SlipstreamError('CLOSED', `${what} is closed`);
}
