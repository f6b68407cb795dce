import type { Instrument } from '../trial/instrument.js';
import type { Trial } from '../trial/trial.js';
import { BucketFollower } from './bucket-follower.js';
import { type FoldEngine, openFold } from './fold-engine.js';

/**
 * Measures from the beginning of a watch until `ready`: everything that the source had is applied, and committed
 * where there is a store.
 * @param engine - `undefined`: no store.
 */
export function hydrateBucket(engine: FoldEngine | undefined, makeInstrument: () => Instrument): Trial {
  return async (context) => {
    await using store = engine && (await openFold(engine, `${context.directory}/fold`));
    await using follower = await BucketFollower.connect(context);
    const instrument = makeInstrument();
    instrument.start();
    await follower.follow(store).ready;
    instrument.stop();
    return { work: follower.applied, readings: instrument.readings(follower.applied) };
  };
}
