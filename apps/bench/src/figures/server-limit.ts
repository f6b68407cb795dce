import { countBytes } from '../peers/byte-counter.js';
import { Stopwatch } from '../trial/stopwatch.js';
import type { Outcome, TrialContext } from '../trial/trial.js';
import type { Comparison } from './comparison.js';
import { hydrateOurs } from './hydrate.js';

/** How much of what the server can send is taken in. */
export const serverLimit: readonly Comparison[] = [
  {
    name: 'server-limit',
    sizes: { quick: 50_000, full: 500_000 },
    usesBucket: true,
    ours: { name: 'watchApplied, none', options: 'no store', run: hydrateOurs(undefined) },
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
  const stopwatch = new Stopwatch();
  const { messages } = await countBytes(
    context,
    () => stopwatch.start(),
    () => stopwatch.stop(),
  );
  return { work: messages, readings: { updatesPerSecond: messages / stopwatch.seconds } };
}
