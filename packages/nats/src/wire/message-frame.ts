const CARRIAGE_RETURN = 13;
const LINE_FEED = 10;
const SPACE = 32;
const ZERO = 48;
const NINE = 57;
const G = 71;
const H = 72;
const M = 77;
const S = 83;
const LAST_ASCII = 127;

/** The client refuses larger messages, and numbers of more digits. */
const MAX_SIZE = 64 * 1024 * 1024;
const MAX_DIGITS = 15;
const NOT_A_NUMBER = -1;
const NO_BYTES = Buffer.alloc(0);

/** The bytes are not a message, or not one as servers write it. */
export const NOT_A_FRAME = -1;
/** The bytes end before the message's line does. */
export const CUT_LINE = -2;

/** Takes a message. The frame is reused for the next one: neither it nor a view of its bytes may be kept. */
export type FrameSink = (frame: MessageFrame) => void;

/**
 * Where the parts of a message lie in the bytes that were received. One object serves all messages of a connection:
 * objects, views and strings for each part of each message would cost more than everything else about an update.
 */
export class MessageFrame {
  /** Has the subject and the reply subject. */
  line: Buffer = NO_BYTES;
  /** Has the headers and, right after them, the payload. */
  body: Buffer = NO_BYTES;
  /** The number that the client gave the subscription. */
  subscription = 0;
  subjectStart = 0;
  subjectEnd = 0;
  /** Whether the subject is ASCII. */
  isAscii = true;
  /** Without a reply subject, its start and its end are the same. */
  replyStart = 0;
  replyEnd = 0;
  headersStart = 0;
  payloadStart = 0;
  payloadEnd = 0;

  /**
   * Reads `MSG <subject> <subscription> [reply] <size>` or `HMSG <subject> <subscription> [reply] <size of the
   * headers> <size of both>` at `start`. Returns where the message ends, which may be beyond the bytes, or
   * {@link CUT_LINE}, or {@link NOT_A_FRAME}. That is also said of what the protocol allows and no server
   * writes, such as lower case or two spaces: the client reads it.
   */
  read(bytes: Buffer, start: number): number {
    const { length } = bytes;
    const hasHeaders = bytes[start] === H;
    const subjectStart = start + (hasHeaders ? 5 : 4);
    if (subjectStart > length) return CUT_LINE;
    if (
      bytes[subjectStart - 4] !== M ||
      bytes[subjectStart - 3] !== S ||
      bytes[subjectStart - 2] !== G ||
      bytes[subjectStart - 1] !== SPACE
    ) {
      return NOT_A_FRAME;
    }
    const subjectEnd = this.#readSubject(bytes, subjectStart);
    const subscriptionEnd = tokenEnd(bytes, subjectEnd + 1);
    if (subscriptionEnd >= length) return CUT_LINE;
    if (bytes[subjectEnd] !== SPACE || bytes[subscriptionEnd] !== SPACE) return NOT_A_FRAME;
    const end = this.#readRest(bytes, subscriptionEnd + 1, hasHeaders);
    if (end < 0) return end;
    this.subscription = readNumber(bytes, subjectEnd + 1, subscriptionEnd);
    return this.subscription < 0 || subjectEnd === subjectStart ? NOT_A_FRAME : end;
  }

  /** A view of the header block; empty when there is none. */
  get headers(): Uint8Array {
    if (this.headersStart === this.payloadStart) return NO_BYTES;
    return this.body.subarray(this.headersStart, this.payloadStart);
  }

  /** The reply subject; empty when there is none. */
  get reply(): string {
    return this.line.toString('latin1', this.replyStart, this.replyEnd);
  }

  /** Whether the payload is followed by what ends a message. */
  get isTerminated(): boolean {
    return this.body[this.payloadEnd] === CARRIAGE_RETURN && this.body[this.payloadEnd + 1] === LINE_FEED;
  }

  #readSubject(bytes: Buffer, start: number): number {
    const { length } = bytes;
    let seen = 0;
    let index = start;
    for (; index < length; index++) {
      const byte = bytes[index] as number;
      if (byte <= SPACE) break;
      seen |= byte;
    }
    this.subjectStart = start;
    this.subjectEnd = index;
    this.isAscii = seen <= LAST_ASCII;
    return index;
  }

  /** What follows the subscription: one number, with headers two, and the reply before them if there is one. */
  #readRest(bytes: Buffer, start: number, hasHeaders: boolean): number {
    const firstEnd = tokenEnd(bytes, start);
    const secondEnd = bytes[firstEnd] === SPACE ? tokenEnd(bytes, firstEnd + 1) : firstEnd;
    const end = hasHeaders && bytes[secondEnd] === SPACE ? tokenEnd(bytes, secondEnd + 1) : secondEnd;
    if (end + 1 >= bytes.length) return CUT_LINE;
    if (bytes[end] !== CARRIAGE_RETURN || bytes[end + 1] !== LINE_FEED) return NOT_A_FRAME;

    const hasReply = hasHeaders ? end !== secondEnd : end !== firstEnd;
    const numbers = hasReply ? firstEnd + 1 : start;
    const headersEnd = hasReply ? secondEnd : firstEnd;
    const headersSize = hasHeaders ? readNumber(bytes, numbers, headersEnd) : 0;
    const size = readNumber(bytes, hasHeaders ? headersEnd + 1 : numbers, end);
    if (headersSize < 0 || headersSize > size || size > MAX_SIZE) return NOT_A_FRAME;
    this.line = bytes;
    this.body = bytes;
    this.replyStart = start;
    this.replyEnd = hasReply ? firstEnd : start;
    this.headersStart = end + 2;
    this.payloadStart = this.headersStart + headersSize;
    this.payloadEnd = this.headersStart + size;
    return this.payloadEnd + 2;
  }
}

/** Where the token that begins at `start` ends. */
function tokenEnd(bytes: Buffer, start: number): number {
  const { length } = bytes;
  let index = start;
  while (index < length && (bytes[index] as number) > SPACE) index++;
  return index;
}

/** The decimal number there, or {@link NOT_A_NUMBER}. */
function readNumber(bytes: Buffer, start: number, end: number): number {
  if (end <= start || end - start > MAX_DIGITS) return NOT_A_NUMBER;
  let value = 0;
  for (let index = start; index < end; index++) {
    const byte = bytes[index] as number;
    if (byte < ZERO || byte > NINE) return NOT_A_NUMBER;
    value = value * 10 + (byte - ZERO);
  }
  return value;
}
