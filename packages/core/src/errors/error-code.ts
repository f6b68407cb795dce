/** How to recover from an error: what both an operator and the loop need to know. */
export type Recovery =
  /** The same call may succeed later; wait and repeat it. */
  | 'retry'
  /** The position is lost, the data is not: the loop reconciles the fold with the source. */
  | 'repair'
  /** The local state cannot be used: remove it, then import an artifact or list the source again. */
  | 'reset-local-state'
  /** Repeating changes nothing: the caller, its arguments or its permissions have to change. */
  | 'give-up';

/**
 * Every code a {@link SlipstreamError} can carry, with how to recover from it. The list is closed: adapters map
 * what their engines throw to one of these. Codes are stable between major versions, messages are not.
 * `docs/errors.md` has a section for each.
 */
export const errorRecovery = {
  /** The operation was cancelled through its `AbortSignal`. */
  ABORTED: 'give-up',
  /** The object was closed, or is closing. */
  CLOSED: 'give-up',
  /** No answer within the deadline; whether the operation took effect is unknown. */
  TIMEOUT: 'retry',
  /** The peer cannot be reached now. */
  UNAVAILABLE: 'retry',
  /** The peer refused the credentials, or the permission is missing. */
  UNAUTHORIZED: 'give-up',
  /** The named thing (bucket, file, artifact) does not exist. */
  NOT_FOUND: 'give-up',
  /** A create met a live entry, or a destination that must be empty is not. */
  ALREADY_EXISTS: 'give-up',
  /** A compare-and-set met another version; read again, decide again, repeat. */
  REVISION_MISMATCH: 'give-up',
  /** The key breaks the source's or the fold's rules for keys. */
  INVALID_KEY: 'give-up',
  /** A value does not decode, or does not fit its schema. The raw bytes are in the fold all the same. */
  VALUE_INVALID: 'give-up',
  /** A size or quota is exceeded: value, bucket, key, file. */
  LIMIT_EXCEEDED: 'give-up',
  /** The source can no longer prove that nothing is missing after this cursor. */
  CURSOR_EXPIRED: 'repair',
  /** An attached watch broke: missed heartbeats, a gap in delivery, a lost connection. */
  WATCH_FAILED: 'retry',
  /** The caller's `parse`, `apply` or `onApplied` threw. */
  APPLY_FAILED: 'give-up',
  /** The fold's engine failed (disk full, I/O error). */
  STORE_FAILED: 'retry',
  /** Stored bytes fail their checks. Nothing was changed. */
  CORRUPTED: 'reset-local-state',
  /** Made by another engine, format or version than the one that reads it. */
  INCOMPATIBLE: 'reset-local-state',
  /** Another process, or another open in this one, holds the fold. */
  LOCKED: 'give-up',
  /** The path cannot hold what it should: a file, unwritable, no such parent. */
  INVALID_PATH: 'give-up',
  /** The artifact breaks a rule of the format; the destination is untouched. */
  ARTIFACT_INVALID: 'give-up',
  /** The object store failed. */
  TRANSPORT_FAILED: 'retry',
  /** Another publisher already published something newer. Not a fault. */
  SUPERSEDED: 'give-up',
  /** A bug, here or in an adapter: something threw what it never should. Please report it. */
  INTERNAL: 'give-up',
  /** This implementation, server or engine cannot do that. */
  UNSUPPORTED: 'give-up',
} as const;

/** One of the closed list of codes. */
export type ErrorCode = keyof typeof errorRecovery;
