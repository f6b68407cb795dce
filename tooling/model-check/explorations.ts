import type { Beginning, Budget } from './state.ts';

const none: Budget = { writes: 0, ticks: 0, evictions: 0, recreations: 0, tailLosses: 0, suspensions: 0 };

// How much may happen in one exploration: each small enough to be exhausted, together all that there is.
const withFold: readonly Budget[] = [
  { ...none, writes: 1, evictions: 2, tailLosses: 1 },
  { ...none, writes: 1, evictions: 1, ticks: 5 },
  { ...none, writes: 2, ticks: 3 },
  { ...none, writes: 1, ticks: 3, suspensions: 1 },
  { ...none, writes: 2, evictions: 2, recreations: 1 },
];

const withNothing: readonly Budget[] = [
  { ...none, writes: 1, ticks: 3 },
  { ...none, writes: 1, evictions: 1, recreations: 1 },
];

/** What is explored, one after the other. */
export const explorations: readonly { readonly beginning: Beginning; readonly budget: Budget }[] = [
  ...withFold.map((budget) => ({ beginning: 'with a fold' as const, budget })),
  ...withNothing.map((budget) => ({ beginning: 'with nothing' as const, budget })),
];
