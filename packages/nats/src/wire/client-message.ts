import type { Msg } from '@nats-io/nats-core';
import { isHeaderBlock } from '../jetstream/message-headers.js';
import type { MessageFrame } from './message-frame.js';

/** Every message of the client has it; its interface does not show it. */
type SizedMessage = Msg & { size(): number };

const LINE_BYTES = 1_024;
/** A character of a string has at most this many bytes in UTF-8. */
const MAX_BYTES_PER_CHARACTER = 3;

/**
 * Lays messages that the client has parsed out as frames.
 *
 * The client would parse the headers into an object with an array per header. It does report the size of a message, and
 * in what was received the headers lie right before the payload.
 */
export class ClientMessageReader {
  #line = Buffer.allocUnsafeSlow(LINE_BYTES);
  #body: Buffer = Buffer.alloc(0);

  /** Lays `message` out in `frame`; false when its headers are not where they are expected. */
  read(message: Msg, frame: MessageFrame): boolean {
    const { subject, reply = '', data } = message;
    const mostBytes = MAX_BYTES_PER_CHARACTER * (subject.length + reply.length);
    if (mostBytes > this.#line.length) this.#line = Buffer.allocUnsafeSlow(mostBytes);
    // One buffer of received bytes holds many messages.
    if (this.#body.buffer !== data.buffer) this.#body = Buffer.from(data.buffer);
    const subjectEnd = this.#line.write(subject);
    const replyEnd = subjectEnd + this.#line.write(reply, subjectEnd);
    const payloadStart = data.byteOffset;
    const isAscii = subjectEnd === subject.length;
    let headersStart = payloadStart + data.length + replyEnd - (message as SizedMessage).size();
    if (!this.#mayBegin(headersStart, payloadStart)) {
      if (isAscii) return false;
      // The client does not report a subject that is not UTF-8 as it is, nor its length. It cannot be a key.
      headersStart = payloadStart;
    }
    frame.line = this.#line;
    frame.body = this.#body;
    frame.subscription = message.sid;
    frame.subjectStart = 0;
    frame.subjectEnd = subjectEnd;
    frame.isAscii = isAscii;
    frame.replyStart = subjectEnd;
    frame.replyEnd = replyEnd;
    frame.headersStart = headersStart;
    frame.payloadStart = payloadStart;
    frame.payloadEnd = payloadStart + data.length;
    return true;
  }

  /** Whether a header block, or an empty one, may begin there. */
  #mayBegin(headersStart: number, payloadStart: number): boolean {
    if (headersStart === payloadStart) return true;
    return headersStart >= 0 && headersStart < payloadStart && isHeaderBlock(this.#body, headersStart);
  }
}
