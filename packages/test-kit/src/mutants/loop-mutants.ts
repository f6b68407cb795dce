import { commitMutants } from './commit.mutants.js';
import { deliveryMutants } from './delivery.mutants.js';
import { holdMutants } from './hold.mutants.js';
import type { LoopMutant } from './loop-mutant.js';
import { repairMutants } from './repair.mutants.js';

/** Broken loops, made of the correct one by what it is given and by what it shows. */
export const loopMutants: readonly LoopMutant[] = [
  ...commitMutants,
  ...deliveryMutants,
  ...holdMutants,
  ...repairMutants,
];
