import { hydrateBucket } from '../ours/hydrate-bucket.js';
import { countBytes } from '../peers/byte-counter.js';
import { throughput } from '../trial/instrument.js';
import type { Outcome, TrialContext } from '../trial/trial.js';
import type { Comparison } from './comparison.js';

/** How much of what the server can send is taken in. */
export const serverLimit: readonly Comparison[] = [
  {
    name: 'server-limit',
    sizes: { quick: 50_000, full: 500_000 },
    usesBucket: true,
    ours: { name: 'watchApplied, none', options: 'no store', run: hydrateBucket(undefined, throughput) },
    peer: {
      name: 'a bare socket',
      options: 'no flow control, no heartbeats, nothing parsed',
      run: socketByHand,
    },
    figures: [
      {
        name: 'server-limit',
        unit: 'updates/s',
        better: 'more',
        target: { of: 'ratio', atLeast: 0.5 },
        reading: 'updatesPerSecond',
      },
    ],
  },
];

async function socketByHand(context: TrialContext): Promise<Outcome> {
  const instrument = throughput();
  const { messages } = await countBytes(context, instrument);
  return { work: messages, readings: instrument.readings(messages) };
}
