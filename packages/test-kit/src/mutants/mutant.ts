/**
 * A broken implementation, made of a correct one: what shows that the cases can fail. Each is a mistake that
 * somebody could make.
 */
export interface Mutant<Harness> {
  readonly id: string;
  /** What is wrong, completing "it …". */
  readonly defect: string;
  /** Cases that notice. */
  readonly killedBy: readonly string[];
  /** The harness with the defect in what it opens. */
  mutate(harness: Harness): Harness;
}

/** `target` with some members replaced; the others still run on `target` itself, private fields and all. */
export function override<T extends object>(target: T, members: Partial<T>): T {
  return new Proxy(target, {
    get(_, property) {
      if (property in members) return Reflect.get(members, property, members);
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
