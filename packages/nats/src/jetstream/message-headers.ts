import type { KvUpdateKind } from '@slipstream/core';

const CARRIAGE_RETURN = 13;
const LINE_FEED = 10;
const SPACE = 32;
const COLON = 58;

const START = ascii('NATS/1.0');
const OPERATION = ascii('KV-Operation');
const MARKER_REASON = ascii('Nats-Marker-Reason');
const DELETE = ascii('DEL');
const PURGE = ascii('PURGE');
const MAX_AGE = ascii('MaxAge');
const BATCH_ID = ascii('Nats-Batch-Id');
const BATCH_COMMIT = ascii('Nats-Batch-Commit');
const decoder = new TextDecoder('latin1');

/** A name or a value as it stands in a header block. */
export function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Whether a header block begins there. */
export function isHeaderBlock(bytes: Uint8Array, at: number): boolean {
  return matches(bytes, at, START);
}

/**
 * What a message with these headers did to its key. Expiry and removal by the server carry a marker reason
 * instead of an operation: `MaxAge` is a delete, `Remove` and `Purge` are purges.
 */
export function updateKind(block: Uint8Array): KvUpdateKind {
  const operation = findHeader(block, OPERATION);
  if (operation !== -1) {
    if (matches(block, operation, DELETE)) return 'delete';
    return matches(block, operation, PURGE) ? 'purge' : 'put';
  }
  const reason = findHeader(block, MARKER_REASON);
  if (reason === -1) return 'put';
  return matches(block, reason, MAX_AGE) ? 'delete' : 'purge';
}

/** The atomic batch that a message was published in. */
export interface AtomicBatchMember {
  readonly id: string;
  /** Whether it is the last one of the batch. */
  readonly isLast: boolean;
}

/** The batch of a message with these headers; `undefined`: it was published by itself. */
export function atomicBatch(block: Uint8Array): AtomicBatchMember | undefined {
  const id = headerValue(block, BATCH_ID);
  if (id === undefined) return undefined;
  return { id, isLast: findHeader(block, BATCH_COMMIT) !== -1 };
}

/** The value of the header `name`; `undefined` when it is absent. */
export function headerValue(block: Uint8Array, name: Uint8Array): string | undefined {
  const start = findHeader(block, name);
  if (start === -1) return undefined;
  const end = block.indexOf(CARRIAGE_RETURN, start);
  return decoder.decode(block.subarray(start, end === -1 ? block.length : end));
}

/** The status line's code: 100 for heartbeats and flow control, 0 when the message has none. */
export function statusCode(block: Uint8Array): number {
  if (block[START.length] !== SPACE) return 0;
  return Number.parseInt(decoder.decode(block.subarray(START.length + 1, START.length + 4)), 10) || 0;
}

/** The status line's text after its code. */
export function statusText(block: Uint8Array): string {
  const end = block.indexOf(CARRIAGE_RETURN);
  return decoder.decode(block.subarray(START.length + 4, end === -1 ? block.length : end)).trim();
}

/** Where the value of the header `name` begins, or -1. */
function findHeader(block: Uint8Array, name: Uint8Array): number {
  let line = block.indexOf(LINE_FEED) + 1;
  while (line > 0 && line < block.length) {
    if (block[line + name.length] === COLON && matches(block, line, name)) {
      let value = line + name.length + 1;
      while (block[value] === SPACE) value++;
      return value;
    }
    line = block.indexOf(LINE_FEED, line) + 1;
  }
  return -1;
}

function matches(block: Uint8Array, at: number, text: Uint8Array): boolean {
  for (let index = 0; index < text.length; index++) if (block[at + index] !== text[index]) return false;
  return true;
}
