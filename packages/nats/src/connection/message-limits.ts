import type { MsgHdrs } from '@nats-io/nats-core';
import { SlipstreamError } from '@slipstream/core';

/** What is about to be sent. */
export interface OutgoingMessage {
  /** What for, for messages. */
  readonly what: string;
  readonly subject: string;
  readonly reply: string;
  readonly payload: Uint8Array;
  readonly headers: MsgHdrs | undefined;
}

/** The longest protocol line that a server reads, unless it is configured otherwise; it does not report the limit. */
const MAX_LINE_BYTES = 4_096;
const SHOWN_CHARACTERS = 200;

/**
 * Refuses what a server would not accept. A line that is too long costs the connection, with every watch and every
 * request on it.
 *
 * @param maxPayload - What the server accepts, headers included. @throws `LIMIT_EXCEEDED`
 */
export function assertSendable(message: OutgoingMessage, maxPayload: number): void {
  const { what, subject, reply, payload, headers } = message;
  const headerBytes = headers === undefined ? 0 : headerLength(headers);
  const size = headerBytes + payload.length;
  if (size > maxPayload) {
    throw new SlipstreamError(
      'LIMIT_EXCEEDED',
      `${shown(what)}: ${size} bytes with its headers; the server takes messages of up to ${maxPayload}`,
      { hint: 'Store a smaller value or watch fewer prefixes, or raise max_payload of the server.' },
    );
  }
  const lineBytes = `${subject} ${reply} ${headerBytes} ${size}`.length;
  if (lineBytes > MAX_LINE_BYTES) {
    throw new SlipstreamError(
      'LIMIT_EXCEEDED',
      `${shown(what)}: a subject of ${subject.length} characters; servers take lines of up to ${MAX_LINE_BYTES}`,
      { hint: 'Use a shorter key or prefix.' },
    );
  }
}

function headerLength(headers: MsgHdrs): number {
  let length = 'NATS/1.0\r\n\r\n'.length;
  for (const [name, values] of headers) {
    for (const value of values) length += name.length + value.length + ': \r\n'.length;
  }
  return length;
}

function shown(what: string): string {
  return what.length > SHOWN_CHARACTERS ? `${what.slice(0, SHOWN_CHARACTERS)}…` : what;
}
