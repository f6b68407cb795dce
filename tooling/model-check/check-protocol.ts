import { budgets } from './budgets.ts';
import { type Counterexample, explore } from './explore.ts';
import type { Protocol } from './protocol.ts';
import { replicationModel } from './replication-model.ts';

/** What all explorations of a protocol found. */
export interface Verdict {
  readonly states: number;
  readonly counterexample: Counterexample | undefined;
}

/** Explores a protocol under every budget, until one has a counterexample. */
export function checkProtocol(protocol: Protocol): Verdict {
  let states = 0;
  for (const budget of budgets) {
    const found = explore(replicationModel(protocol, budget));
    states += found.states;
    if (found.counterexample !== undefined) return { states, counterexample: found.counterexample };
  }
  return { states, counterexample: undefined };
}
