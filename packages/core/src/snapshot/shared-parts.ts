/**
 * Which parts of a structure open ranges still read. A range is a snapshot, which is free to take: while one is
 * open, a part that was there when it began is copied before it is first written to. A range that is never ended
 * costs such copies, and nothing else.
 */
export class SharedParts {
  #generation = 0;
  #sharedBefore = 0;
  #openRanges = 0;

  /** What a part that is made now belongs to. */
  get generation(): number {
    return this.#generation;
  }

  /** Whether a part of that generation may be read by an open range. */
  isShared(generation: number): boolean {
    return generation < this.#sharedBefore;
  }

  begin(): void {
    this.#generation += 1;
    this.#sharedBefore = this.#generation;
    this.#openRanges += 1;
  }

  end(): void {
    this.#openRanges -= 1;
    if (this.#openRanges === 0) this.#sharedBefore = 0;
  }
}
