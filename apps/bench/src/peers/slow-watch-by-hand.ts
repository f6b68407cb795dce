import type { Instrument } from '../trial/instrument.js';
import { SlowConsumer } from '../trial/slow-consumer.js';
import type { Trial } from '../trial/trial.js';
import { watchByHand } from './watch-by-hand.js';

/** The consumer measures by itself. */
const NOTHING: Instrument = { start: () => undefined, stop: () => undefined, readings: () => ({}) };

/** `kv.watch()`, with a loop that takes entries more slowly than the server sends them. */
export const consumeSlowlyByHand: Trial = async (context) => {
  const consumer = new SlowConsumer(context.entries);
  await watchByHand(context, NOTHING, { take: () => consumer.take(1) });
  return { work: consumer.taken, readings: consumer.readings() };
};
