import type { Outcome, Readings } from '../trial/trial.js';

/** What one run read on both sides. */
export interface Pair {
  /** Entries that each side handled. */
  readonly work: number;
  readonly ours: Readings;
  readonly peer: Readings | undefined;
}

/** @throws {Error} when the sides did not do the same work: they cannot be compared */
export function pairOf(name: string, ours: Outcome | undefined, peer: Outcome | undefined): Pair {
  if (ours === undefined) throw new Error(`${name}: nothing was measured`);
  if (peer !== undefined && ours.work !== peer.work) {
    throw new Error(`${name}: ours did ${ours.work} and the peer ${peer.work}: they cannot be compared`);
  }
  return { work: ours.work, ours: ours.readings, peer: peer?.readings };
}
