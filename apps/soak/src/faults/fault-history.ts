import type { Tally } from '../world/tally.js';

/** What was done to the world, in order, to be shown when something breaks. */
export class FaultHistory {
  readonly #startedAt = performance.now();
  readonly #tally: Tally;
  readonly #lines: string[] = [];

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  /** A fault begins. @param kind - As the summary counts it. */
  inject(kind: string, details = ''): void {
    this.#tally.countFault(kind);
    this.note(`${kind} ${details}`.trimEnd());
  }

  note(line: string): void {
    const seconds = ((performance.now() - this.#startedAt) / 1_000).toFixed(2).padStart(8);
    this.#lines.push(`${seconds} s  ${line}`);
  }
}
