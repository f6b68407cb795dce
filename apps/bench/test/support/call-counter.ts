/** Counts the calls of some methods of an object of other code. */
export class CallCounter {
  readonly #counts = new Map<string, number>();

  /** How often `name` was called. */
  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  /** Begins at 0 again. */
  reset(): void {
    this.#counts.clear();
  }

  /** Counts by hand. */
  add(name: string): void {
    this.#counts.set(name, this.of(name) + 1);
  }

  /**
   * The same object, with calls of the methods named counted.
   * @param wrapResult - What is handed out instead of a method's result.
   */
  watch<T extends object>(
    target: T,
    methods: readonly (keyof T & string)[],
    wrapResult: (name: string, args: readonly unknown[], result: unknown) => unknown = (_, __, result) =>
      result,
  ): T {
    return new Proxy(target, {
      get: (owner, property) => {
        const value: unknown = Reflect.get(owner, property, owner);
        if (typeof value !== 'function' || property === 'constructor') return value;
        const name = String(property);
        if (!methods.some((method) => method === name)) return value.bind(owner);
        return (...args: unknown[]): unknown => {
          this.add(name);
          return wrapResult(name, args, Reflect.apply(value, owner, args));
        };
      },
    });
  }
}
