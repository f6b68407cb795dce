import type { Model } from './explore.ts';
import { violationOf } from './invariants.ts';
import { nodeSteps } from './node-steps.ts';
import type { Protocol } from './protocol.ts';
import { type Beginning, type Budget, initialState, type State } from './state.ts';
import { worldSteps } from './world-steps.ts';

/** One node that follows one log, with everything that may happen to both, in any order. */
export function replicationModel(protocol: Protocol, budget: Budget, beginning: Beginning): Model<State> {
  return {
    initial: initialState(budget, beginning),
    *steps(state) {
      yield* nodeSteps(state, protocol);
      yield* worldSteps(state);
    },
    violation: violationOf,
  };
}
