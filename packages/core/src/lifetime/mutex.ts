/** Runs tasks one after the other, in the order they came. A failing task does not hold up the next. */
export class Mutex {
  #last: Promise<void> = Promise.resolve();

  run<T>(task: () => T | Promise<T>): Promise<T> {
    const turn = this.#last.then(task);
    // Without the result, which would be kept until the next turn.
    this.#last = turn.then(nothing, nothing);
    return turn;
  }

  /** Resolves when everything that came before has ended. */
  idle(): Promise<void> {
    return this.#last;
  }
}

function nothing(): void {}
