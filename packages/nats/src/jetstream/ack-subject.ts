const DOT = 46;
const ZERO = 48;
const MAX_DIGIT = 9;
/** `$JS.ACK.<stream>.<consumer>` and `$JS.ACK.<domain>.<account hash>.<stream>.<consumer>`. */
const V1_TOKENS = 9;
const V1_FIXED_TOKENS = 4;
const V2_FIXED_TOKENS = 6;
/** The timestamp is in nanoseconds, so until 2286 it has 13 digits for milliseconds and 6 more. */
const MILLISECOND_DIGITS = 13;
const NANOSECOND_DIGITS = 6;
/** Names of consumers end with at least this many random characters. */
const TAIL_BYTES = 12;
const NO_BYTES = new Uint8Array(0);

/**
 * Reads the metadata of each message of a push consumer from its reply subject:
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
  /** Messages that wait for delivery after this one. */
  pending = 0;

  /** The length of the tokens before the numbers, with the dot after them; and their last bytes. */
  #fixedBytes = 0;
  #fixedTail: Uint8Array = NO_BYTES;
  /** Where the next token begins. */
  #at = 0;

  /** Reads the subject that lies in `bytes` there; false when it is not an acknowledgement subject. */
  read(bytes: Uint8Array, start: number, end: number): boolean {
    if (!this.#hasFixed(bytes, start, end) && !this.#locate(bytes, start, end)) return false;
    this.#at = start + this.#fixedBytes;
    const delivered = this.#number(bytes, end);
    const stream = this.#number(bytes, end);
    const consumer = this.#number(bytes, end);
    const timestamp = this.#milliseconds(bytes, end);
    const pending = this.#number(bytes, end);
    if (!Number.isSafeInteger(delivered + stream + consumer + timestamp + pending)) return false;
    this.streamSequence = stream;
    this.consumerSequence = consumer;
    this.timestampMs = timestamp;
    this.pending = pending;
    return true;
  }

  /**
   * Whether the numbers begin where they did in the last subject. Consumers differ at the end of their names, so that is
   * what is compared.
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

  /** Reads the next token; NaN when it is not a number. */
  #number(bytes: Uint8Array, end: number): number {
    const start = this.#at;
    let value = 0;
    let index = start;
    for (; index < end; index++) {
      const digit = (bytes[index] as number) - ZERO;
      if (digit < 0 || digit > MAX_DIGIT) break;
      value = value * 10 + digit;
    }
    this.#at = index + 1;
    return index > start && (index >= end || bytes[index] === DOT) ? value : Number.NaN;
  }

  /** Reads the next token, nanoseconds, as milliseconds: a number cannot hold all of its digits. */
  #milliseconds(bytes: Uint8Array, end: number): number {
    const start = this.#at;
    const dot = start + MILLISECOND_DIGITS + NANOSECOND_DIGITS;
    const milliseconds = this.#number(bytes, Math.min(end, start + MILLISECOND_DIGITS));
    this.#at = dot + 1;
    return bytes[dot] === DOT ? milliseconds : Number.NaN;
  }
}
