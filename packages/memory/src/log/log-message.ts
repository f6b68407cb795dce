import type { KvUpdateKind, VersionToken } from '@slipstream/core';

/** One message of a {@link BoundedLog}. */
export interface LogMessage {
  /** From 1. A number, not a bigint: an in-process log does not live to see 2^53 writes. */
  readonly revision: number;
  readonly version: VersionToken;
  readonly key: string;
  readonly kind: KvUpdateKind;
  /** Never handed out: readers get copies. Released when the message is dropped. */
  value: Uint8Array;
  /** When it was written, in milliseconds since 1970; never before that of the previous message. */
  readonly at: number;
  /** When its own time to live ends; `Infinity` without one. */
  readonly expiresAt: number;
  /** What it counts against the log's limit, in bytes. */
  readonly size: number;
  /** False once a limit, a newer version, a purge or its time to live has dropped it. */
  retained: boolean;
}

/** Bytes that a message counts beyond its key and value: what nats-server adds for sequence and time. */
export const MESSAGE_OVERHEAD_BYTES = 16;

export const NO_VALUE: Uint8Array = new Uint8Array(0);
