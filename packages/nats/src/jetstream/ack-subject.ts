const DOT = 46;
const ZERO = 48;
/** `$JS.ACK.<stream>.<consumer>` and `$JS.ACK.<domain>.<account hash>.<stream>.<consumer>`. */
const V1_TOKENS = 9;
const V1_FIXED_TOKENS = 4;
const V2_FIXED_TOKENS = 6;
/** The timestamp is in nanoseconds: what is left of its last six digits are milliseconds. */
const NANOSECOND_DIGITS = 6;

/**
 * Reads what a push consumer says about each message in its reply subject:
 * `….<delivered>.<stream seq>.<consumer seq>.<timestamp>.<pending>`.
 *
 * The numbers are found from the front. Version 1 of the format has nine tokens and ends with them; version 2
 * (an account-scoped form, 11 or 12 tokens) has two more before and may have a random one after, so that
 * counting from the back would read the wrong ones. One reader serves one consumer, whose fixed tokens never
 * change: they are found once, and then only compared.
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

  #fixed = '\u0000';

  /** Reads `subject`; false when it is not an acknowledgement subject. */
  read(subject: string): boolean {
    if (!subject.startsWith(this.#fixed) && !this.#locate(subject)) return false;
    const delivered = this.#fixed.length;
    const stream = subject.indexOf('.', delivered) + 1;
    const consumer = subject.indexOf('.', stream) + 1;
    const timestamp = subject.indexOf('.', consumer) + 1;
    const pending = subject.indexOf('.', timestamp) + 1;
    if (stream === 0 || consumer === 0 || timestamp === 0 || pending === 0) return false;
    this.streamSequence = readNumber(subject, stream, consumer - 1);
    this.consumerSequence = readNumber(subject, consumer, timestamp - 1);
    this.timestampMs = readNumber(subject, timestamp, pending - 1 - NANOSECOND_DIGITS);
    const end = subject.indexOf('.', pending);
    this.pending = readNumber(subject, pending, end === -1 ? subject.length : end);
    return true;
  }

  #locate(subject: string): boolean {
    if (!subject.startsWith('$JS.ACK.')) return false;
    const tokens = subject.split('.');
    if (tokens.length < V1_TOKENS) return false;
    const fixed = tokens.length === V1_TOKENS ? V1_FIXED_TOKENS : V2_FIXED_TOKENS;
    this.#fixed = `${tokens.slice(0, fixed).join('.')}.`;
    return true;
  }
}

function readNumber(text: string, start: number, end: number): number {
  let value = 0;
  for (let index = start; index < end; index++) {
    const code = text.charCodeAt(index);
    if (code === DOT) break;
    value = value * 10 + (code - ZERO);
  }
  return value;
}
