import { exportArtifact } from '@slipstream/artifact';
import { arrangedFold, arrangeFold } from '../ours/arrange-fold.js';
import { BucketFollower } from '../ours/bucket-follower.js';
import { type DiskEngine, diskEngines, FOLD_OPTIONS, loadEngine, openFold } from '../ours/fold-engine.js';
import { hydrateBucket } from '../ours/hydrate-bucket.js';
import { foldByHand } from '../peers/hydrate-by-hand.js';
import { loopDelay } from '../trial/instrument.js';
import type { Trial } from '../trial/trial.js';
import { startWriter } from '../writer/start-writer.js';
import type { Comparison, Figure } from './comparison.js';

const SIZES = { quick: 50_000, full: 500_000 };
const P99_MS = 20;
const LONGEST_MS = 60;
/** The writes that continue while a fold is exported. */
const PUTS_PER_SECOND = 1_000;

/** How long the event loop is held up by the heaviest work that there is. */
export const stall: readonly Comparison[] = diskEngines.flatMap((engine) => [
  {
    name: `stall/${engine}/hydrate`,
    sizes: SIZES,
    usesBucket: true,
    ours: { name: `watchApplied, ${engine}`, options: FOLD_OPTIONS, run: hydrateBucket(engine, loopDelay) },
    peer: foldByHand(engine, loopDelay),
    figures: delayFigures(`stall/${engine}/hydrate`),
  },
  {
    name: `stall/${engine}/export`,
    sizes: SIZES,
    usesBucket: true,
    arrange: { once: arrangeFold(engine) },
    ours: {
      name: `exportArtifact of a live ${engine} fold, at ${PUTS_PER_SECOND} puts/s`,
      options: `${FOLD_OPTIONS}, native form`,
      run: exportOurs(engine),
    },
    peer: undefined,
    figures: [
      ...delayFigures(`stall/${engine}/export`),
      {
        name: `stall/${engine}/export/pause`,
        unit: 'ms',
        better: 'less',
        target: undefined,
        reading: 'pauseMs',
      },
    ],
  },
]);

function delayFigures(name: string): readonly Figure[] {
  const figure = { unit: 'ms', better: 'less' } as const;
  return [
    { ...figure, name: `${name}/p99`, target: { of: 'ours', atMost: P99_MS }, reading: 'p99Ms' },
    { ...figure, name: `${name}/longest`, target: { of: 'ours', atMost: LONGEST_MS }, reading: 'longestMs' },
  ];
}

function exportOurs(engine: DiskEngine): Trial {
  return async (context) => {
    await using store = await openFold(engine, arrangedFold(context));
    await using follower = await BucketFollower.connect(context);
    const backend = await loadEngine(engine);
    const arrived = Promise.withResolvers<void>();
    let lastAppliedAt = performance.now();
    let pauseMs = 0;
    const applied = (): void => {
      const now = performance.now();
      pauseMs = Math.max(pauseMs, now - lastAppliedAt);
      lastAppliedAt = now;
    };
    const watch = follower.follow(store, {
      committed() {
        applied();
        if (watch.state.name === 'live') arrived.resolve();
      },
    });
    await watch.ready;
    // It ends with the trial.
    await using _writer = startWriter(context, {
      putsPerSecond: PUTS_PER_SECOND,
      puts: Number.MAX_SAFE_INTEGER,
    });
    await arrived.promise;
    lastAppliedAt = performance.now();
    pauseMs = 0;
    const delay = loopDelay();
    delay.start();
    await exportArtifact(watch, `${context.directory}/artifact`, {
      bucket: context.bucket,
      backend,
      form: 'native',
    });
    delay.stop();
    applied();
    const { entries } = await store.stats();
    return { work: entries, readings: { ...delay.readings(entries), pauseMs } };
  };
}
