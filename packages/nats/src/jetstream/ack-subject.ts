const DOT = 46;
const ZERO = 48;
const NINE = 57;
/** `$JS.ACK.<stream>.<consumer>` and `$JS.ACK.<domain>.<account hash>.<stream>.<consumer>`. */
const V1_TOKENS = 9;
const V1_FIXED_TOKENS = 4;
const V2_FIXED_TOKENS = 6;
/** The timestamp is in nanoseconds: what is left of its last six digits are milliseconds. */
const NANOSECOND_DIGITS = 6;
/** Names of consumers end with as many random characters, or more. */
const TAIL_BYTES = 12;
const NO_BYTES = new Uint8Array(0);

/**
 * Reads what a push consumer says about each message in its reply subject:
 * `….<delivered>.<stream seq>.<consumer seq>.<timestamp>.<pending>`.
 *
 * The numbers are found from the front. Version 1 of the format has nine tokens and ends with them; version 2
 * (an account-scoped form, 11 or 12 tokens) has two more before and may have a random one after, so that
 * counting from the back would read the wrong ones. One reader serves one consumer, whose fixed tokens never
 * change: they are found once, and then only looked for in the same place.
 *
 * The fields hold the last message read. One object is reused for all of them, as this runs per update.
 */
export class AckSubjectReader {
  streamSequence = 0;
  consumerSequence = 0;
  /** When the server stored the message, in milliseconds since 1970. */
  timestampMs = 0;
  /** Messages of the consumer that wait behind this one. */
  pending = 0;

  /** How long the tokens before the numbers are, with the dot after them; and the last bytes of them. */
  #fixedBytes = 0;
  #fixedTail: Uint8Array = NO_BYTES;

  /** Reads the subject that lies in `bytes` there; false when it is not an acknowledgement subject. */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    if (!this.#hasFixed(bytes, start, end) && !this.#locate(bytes, start, end)) return false;
    const deliveredEnd = tokenEnd(bytes, start + this.#fixedBytes, end);
    const streamEnd = tokenEnd(bytes, deliveredEnd + 1, end);
    const consumerEnd = tokenEnd(bytes, streamEnd + 1, end);
    const timestampEnd = tokenEnd(bytes, consumerEnd + 1, end);
    const pendingEnd = tokenEnd(bytes, timestampEnd + 1, end);
    const stream = readNumber(bytes, deliveredEnd + 1, streamEnd);
    const consumer = readNumber(bytes, streamEnd + 1, consumerEnd);
    const timestamp = readNumber(bytes, consumerEnd + 1, timestampEnd - NANOSECOND_DIGITS);
    const pending = readNumber(bytes, timestampEnd + 1, pendingEnd);
    if (!Number.isSafeInteger(stream + consumer + timestamp + pending)) return false;
    this.streamSequence = stream;
    this.consumerSequence = consumer;
    this.timestampMs = timestamp;
    this.pending = pending;
    return true;
  }

  /**
   * Whether the numbers begin where they did in the last subject. What tells one consumer from another is at
   * the end of its name, so that is what is compared.
   */
  #hasFixed(bytes: Uint8Array, start: number, end: number): boolean {
    const tail = this.#fixedTail;
    const at = start + this.#fixedBytes - tail.length;
    if (tail.length === 0 || at + tail.length > end) return false;
    for (let index = 0; index < tail.length; index++) if (bytes[at + index] !== tail[index]) return false;
    return true;
  }

  #locate(bytes: Uint8Array, start: number, end: number): boolean {
    const subject = new TextDecoder('latin1').decode(bytes.subarray(start, end));
    if (!subject.startsWith('$JS.ACK.')) return false;
    const tokens = subject.split('.');
    if (tokens.length < V1_TOKENS) return false;
    const fixed = tokens.length === V1_TOKENS ? V1_FIXED_TOKENS : V2_FIXED_TOKENS;
    this.#fixedBytes = tokens.slice(0, fixed).join('.').length + 1;
    const numbers = start + this.#fixedBytes;
    // Not `slice`: that of Node.js's Buffer is a view.
    this.#fixedTail = new Uint8Array(bytes.subarray(Math.max(start, numbers - TAIL_BYTES), numbers));
    return true;
  }
}

/** Where the token that begins at `start` ends. */
function tokenEnd(bytes: Uint8Array, start: number, end: number): number {
  let index = start;
  while (index < end && bytes[index] !== DOT) index++;
  return index;
}

/** The decimal number there; NaN when it is none. */
function readNumber(bytes: Uint8Array, start: number, end: number): number {
  let value = end > start ? 0 : Number.NaN;
  for (let index = start; index < end; index++) {
    const byte = bytes[index] as number;
    if (byte < ZERO || byte > NINE) return Number.NaN;
    value = value * 10 + (byte - ZERO);
  }
  return value;
}
