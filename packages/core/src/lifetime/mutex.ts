/** Runs tasks one after the other, in the order they came. A failing task does not hold up the next. */
export class Mutex {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(task: () => T | Promise<T>): Promise<T> {
    const turn = this.#last.then(task);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Resolves when everything that came before has ended. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
