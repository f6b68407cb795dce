import type { Socket } from 'node:net';
import type { LineFaults } from './line-faults.js';

/** One direction of a connection, piece by piece. */
export class FaultyPipe {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #faults: LineFaults;
  readonly #cut: () => void;
  readonly #pieces: Buffer[] = [];
  #remaining = Number.POSITIVE_INFINITY;
  #hasEnded = false;
  #isPassing = false;
  #isStopped = false;
  #resume: () => void = () => undefined;

  /** @param cut - Called when the connection ends. */
  constructor(from: Socket, to: Socket, faults: LineFaults, cut: () => void) {
    this.#from = from;
    this.#to = to;
    this.#faults = faults;
    this.#cut = cut;
    from.on('data', (piece: Buffer) => {
      this.#pieces.push(piece);
      // One piece at a time: the sender is to feel how slow the line is.
      from.pause();
      void this.#pass();
    });
    from.on('error', () => undefined);
    from.on('close', () => {
      this.#hasEnded = true;
      void this.#pass();
    });
  }

  truncateAfter(bytes: number): void {
    this.#remaining = bytes;
  }

  healed(): void {
    this.#resume();
  }

  stop(): void {
    this.#isStopped = true;
    this.#resume();
  }

  async #pass(): Promise<void> {
    if (this.#isPassing) return;
    this.#isPassing = true;
    for (let piece = this.#pieces.shift(); piece !== undefined; piece = this.#pieces.shift()) {
      await this.#travel(piece.length);
      await this.#untilOpen();
      if (this.#isStopped) return;
      await this.#deliver(piece.subarray(0, this.#remaining));
      this.#remaining -= piece.length;
      if (this.#remaining <= 0) return this.#cut();
      this.#from.resume();
    }
    this.#isPassing = false;
    if (!this.#hasEnded) return;
    // That the peer has gone is not known on the other side of a black hole either.
    await this.#untilOpen();
    if (!this.#isStopped) this.#cut();
  }

  #travel(bytes: number): Promise<void> {
    const { delayMs, bytesPerSecond } = this.#faults;
    const ms = delayMs + (bytes / bytesPerSecond) * 1_000;
    if (ms === 0) return Promise.resolve();
    return this.#wait((done) => {
      const timer = setTimeout(done, ms);
      return () => clearTimeout(timer);
    });
  }

  async #untilOpen(): Promise<void> {
    while (this.#faults.isBlackHole && !this.#isStopped) await this.#wait(() => () => undefined);
  }

  #deliver(piece: Buffer): Promise<void> {
    return new Promise((resolve) => this.#to.write(piece, () => resolve()));
  }

  /** Waits until `begin` says so, the line is healed or the connection ends. */
  #wait(begin: (done: () => void) => () => void): Promise<void> {
    return new Promise((resolve) => {
      const cancel = begin(() => this.#resume());
      this.#resume = () => {
        this.#resume = () => undefined;
        cancel();
        resolve();
      };
    });
  }
}
