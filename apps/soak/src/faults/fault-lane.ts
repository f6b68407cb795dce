import { pause } from '../lifetime/pause.js';
import { between, type Random } from '../lifetime/random-choice.js';
import type { World } from '../world/world.js';

/** One thing done to the world, and undone: when it resolves, nothing of it is left. */
type Fault = (world: World, random: Random, signal: AbortSignal) => Promise<void>;

/** Faults of one kind, one after the other; lanes go on beside each other. */
export interface FaultLane {
  readonly fault: Fault;
  /** The longest pause between two, in milliseconds. */
  readonly pauseMs: number;
}

/** Injects one fault after the other until `signal` fires; the last one is undone then. */
export async function driveLane(
  { fault, pauseMs }: FaultLane,
  world: World,
  random: Random,
  signal: AbortSignal,
): Promise<void> {
  while (await pause(between(random, pauseMs / 4, pauseMs), signal)) await fault(world, random, signal);
}
