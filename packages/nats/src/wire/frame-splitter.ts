import { CUT_LINE, type FrameSink, MessageFrame, NOT_A_FRAME } from './message-frame.js';

const LINE_FEED = 10;
/** Longer lines are left to the client, which reads lines of any length. */
const MAX_LINE_BYTES = 8_192;
const NO_BYTES = Buffer.alloc(0);

/** The client's own reader of what the server sends. */
export interface ClientReader {
  read(bytes: Uint8Array): void;
  /** Whether it has read only whole lines and whole messages. */
  readonly isBetweenFrames: boolean;
  /** This many messages, with this many bytes of headers and payload, bypassed it. */
  skipped(messages: number, bytes: number): void;
}

/** The sinks of messages that do not go to the client, by the number of their subscription. */
export type FrameRoutes = ReadonlyMap<number, FrameSink>;

/**
 * Splits what the server sends: messages of the routed subscriptions go to their sinks, everything else goes to
 * the client, unchanged and in the order of arrival. Of the protocol it knows only those messages. The client reads or
 * refuses everything that does not look exactly like one.
 */
export class FrameSplitter {
  readonly #client: ClientReader;
  readonly #routes: FrameRoutes;
  readonly #frame = new MessageFrame();
  /** The beginning of a message: of its line, or, with room for all of it, of a message that is routed. */
  #held: Buffer = NO_BYTES;
  #heldBytes = 0;
  /** What is still to come of a message of the client's. */
  #foreignBytes = 0;

  constructor(client: ClientReader, routes: FrameRoutes) {
    this.#client = client;
    this.#routes = routes;
  }

  /** Takes what was received next. Sinks and the client get views of it; what is held back is a copy. */
  read(bytes: Uint8Array): void {
    if (this.#routes.size === 0 && this.#heldBytes === 0) {
      this.#foreignBytes = 0;
      this.#client.read(bytes);
      return;
    }
    const chunk = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    let at = 0;
    while (at < chunk.length) {
      if (this.#heldBytes > 0) at = this.#readHeld(chunk, at);
      else if (this.#foreignBytes > 0) at = this.#readForeign(chunk, at);
      else at = this.#split(chunk, at);
    }
  }

  /** Splits the chunk to its end, which it returns. */
  #split(chunk: Buffer, start: number): number {
    const routes = this.#routes;
    const frame = this.#frame;
    const { length } = chunk;
    let at = this.#client.isBetweenFrames ? start : this.#readLines(chunk, start, start);
    /** What is before `at` and not before this is the client's. */
    let unread = at;
    let messages = 0;
    let bytes = 0;
    while (at < length) {
      const end = frame.read(chunk, at);
      if (end === CUT_LINE || end > length) break;
      if (end === NOT_A_FRAME || !frame.isTerminated) {
        at = this.#readLines(chunk, unread, at);
        unread = at;
        continue;
      }
      const sink = routes.get(frame.subscription);
      if (sink !== undefined) {
        if (unread < at) this.#client.read(chunk.subarray(unread, at));
        messages += 1;
        bytes += frame.payloadEnd - frame.headersStart;
        sink(frame);
        unread = end;
      }
      at = end;
    }
    if (messages > 0) this.#client.skipped(messages, bytes);
    if (unread < at) this.#client.read(chunk.subarray(unread, at));
    if (at < length) this.#hold(chunk, at);
    return length;
  }

  /**
   * Has the client read the chunk from `unread` on until it is between two frames, looking line by line from
   * `at` on: every frame ends with a line feed. Returns where that is, or the end of the chunk.
   */
  #readLines(chunk: Buffer, unread: number, at: number): number {
    let start = unread;
    let end = at;
    do {
      const lineFeed = chunk.indexOf(LINE_FEED, end);
      end = lineFeed === -1 ? chunk.length : lineFeed + 1;
      this.#client.read(chunk.subarray(start, end));
      start = end;
    } while (end < chunk.length && !this.#client.isBetweenFrames);
    return end;
  }

  /** Keeps a copy of the message at the end of the chunk that is cut there, unless it is the client's. */
  #hold(chunk: Buffer, at: number): void {
    const available = chunk.length - at;
    const end = this.#frame.read(chunk, at);
    if (end === CUT_LINE && available <= MAX_LINE_BYTES) {
      this.#held = Buffer.from(chunk.subarray(at));
      this.#heldBytes = available;
    } else if (end !== CUT_LINE && this.#routes.has(this.#frame.subscription)) {
      this.#held = Buffer.allocUnsafeSlow(end - at);
      this.#heldBytes = chunk.copy(this.#held, 0, at);
    } else {
      this.#client.read(chunk.subarray(at));
      this.#foreignBytes = end === CUT_LINE ? 0 : end - chunk.length;
    }
  }

  /** Continues with what is held; returns up to where the chunk was read. */
  #readHeld(chunk: Buffer, start: number): number {
    return this.#heldBytes < this.#held.length
      ? this.#readHeldMessage(chunk, start)
      : this.#readHeldLine(chunk, start);
  }

  #readHeldMessage(chunk: Buffer, start: number): number {
    const message = this.#held;
    const copied = chunk.copy(message, this.#heldBytes, start);
    this.#heldBytes += copied;
    if (this.#heldBytes === message.length) {
      this.#release();
      this.#split(message, 0);
    }
    return start + copied;
  }

  #readHeldLine(chunk: Buffer, start: number): number {
    const lineFeed = chunk.indexOf(LINE_FEED, start);
    const end = lineFeed === -1 ? chunk.length : lineFeed + 1;
    const line = Buffer.concat([this.#held, chunk.subarray(start, end)]);
    this.#release();
    this.#split(line, 0);
    return end;
  }

  #release(): void {
    this.#held = NO_BYTES;
    this.#heldBytes = 0;
  }

  #readForeign(chunk: Buffer, start: number): number {
    const end = Math.min(start + this.#foreignBytes, chunk.length);
    this.#foreignBytes -= end - start;
    this.#client.read(chunk.subarray(start, end));
    return end;
  }
}
