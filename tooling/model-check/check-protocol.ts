import { explorations } from './explorations.ts';
import { type Counterexample, explore } from './explore.ts';
import type { Protocol } from './protocol.ts';
import { replicationModel } from './replication-model.ts';

/** What all explorations of a protocol found. */
export interface Verdict {
  readonly states: number;
  readonly counterexample: Counterexample | undefined;
}

/** Explores a protocol from every beginning under its budgets, until one has a counterexample. */
export function checkProtocol(protocol: Protocol): Verdict {
  let states = 0;
  for (const { budget, beginning } of explorations) {
    const found = explore(replicationModel(protocol, budget, beginning));
    states += found.states;
    if (found.counterexample !== undefined) return { states, counterexample: found.counterexample };
  }
  return { states, counterexample: undefined };
}
