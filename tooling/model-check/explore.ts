/** A system to be explored: where it begins, what may happen next, and what must never be true. */
export interface Model<State> {
  readonly initial: State;
  /** Everything that may happen in `state`, each with what comes of it. */
  steps(state: State): Iterable<Step<State>>;
  /** What is wrong with `state`, reached from `before`; `undefined` when nothing is. */
  violation(state: State, before: State): string | undefined;
}

/** One thing that may happen. */
export interface Step<State> {
  readonly name: string;
  readonly to: State;
}

/** What an exploration found. */
export interface Exploration {
  /** Distinct states visited. */
  readonly states: number;
  /** The shortest path to a violation; `undefined` when there is none. */
  readonly counterexample: Counterexample | undefined;
}

/** A violation, and the steps that lead to it. */
export interface Counterexample {
  readonly violation: string;
  readonly trace: readonly string[];
}

interface Visited {
  readonly step: string;
  readonly from: number;
}

/**
 * Visits every reachable state, breadth first, until one violates the model. States are plain data; two are the
 * same when their JSON is.
 */
export function explore<State>({ initial, steps, violation }: Model<State>): Exploration {
  const visited: Visited[] = [{ step: '', from: -1 }];
  const known = new Set([JSON.stringify(initial)]);
  let frontier = [{ state: initial, index: 0 }];
  while (frontier.length > 0) {
    const next: typeof frontier = [];
    for (const { state, index } of frontier) {
      for (const { name, to } of steps(state)) {
        const wrong = violation(to, state);
        if (wrong !== undefined) {
          const trace = [...traceTo(visited, index), name];
          return { states: known.size, counterexample: { violation: wrong, trace } };
        }
        const identity = JSON.stringify(to);
        if (known.has(identity)) continue;
        known.add(identity);
        next.push({ state: to, index: visited.push({ step: name, from: index }) - 1 });
      }
    }
    frontier = next;
  }
  return { states: known.size, counterexample: undefined };
}

function traceTo(visited: readonly Visited[], index: number): string[] {
  const trace: string[] = [];
  for (let at = visited[index]; at !== undefined && at.from >= 0; at = visited[at.from])
    trace.unshift(at.step);
  return trace;
}
