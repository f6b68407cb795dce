import { join } from 'node:path';
import { exportArtifact, importArtifact } from '@slipstream/artifact';
import { arrangedFold, arrangeFold } from '../ours/arrange-fold.js';
import { type DiskEngine, diskEngines, FOLD_OPTIONS, loadEngine, openFold } from '../ours/fold-engine.js';
import { startToReady } from '../ours/start-to-ready.js';
import type { Outcome, Trial, TrialContext } from '../trial/trial.js';
import { CHANGES, changeBucket } from '../world/change-bucket.js';
import type { Comparison, Target } from './comparison.js';
import { startFigures } from './start-figures.js';
import { type StartPeer, startPeers } from './start-peers.js';

type Form = 'native' | 'portable';

const TARGET: Target = { of: 'ratio', atMost: 1 / 5 };

/** A new node: an artifact, verified and imported, and what was written since. */
export const bootstrap: readonly Comparison[] = diskEngines.flatMap((engine) =>
  startPeers(engine, TARGET).flatMap((peer) => [
    comparison(engine, 'native', peer),
    comparison(engine, 'portable', peer),
  ]),
);

function comparison(engine: DiskEngine, form: Form, { suffix, side, target }: StartPeer): Comparison {
  const name = `bootstrap/${engine}/${form}${suffix}`;
  return {
    name,
    sizes: { quick: suffix === '' ? 50_000 : 0, full: 500_000 },
    usesBucket: true,
    arrange: { once: arrangeArtifact(engine, form), run: changeBucket },
    ours: {
      name: `${engine} fold of a ${form} artifact, ${CHANGES} changes behind`,
      options: `${FOLD_OPTIONS}; artifact on the local disk`,
      run: bootstrapOurs(engine),
    },
    peer: side,
    figures: startFigures(name, target),
  };
}

function artifactIn({ sharedDirectory }: TrialContext): string {
  return join(sharedDirectory, 'artifact');
}

function arrangeArtifact(engine: DiskEngine, form: Form): Trial {
  return async (context): Promise<Outcome> => {
    const outcome = await arrangeFold(engine)(context);
    await using store = await openFold(engine, arrangedFold(context));
    const backend = await loadEngine(engine);
    await exportArtifact(store, artifactIn(context), { bucket: context.bucket, backend, form });
    return outcome;
  };
}

function bootstrapOurs(engine: DiskEngine): Trial {
  return async (context) => {
    const path = join(context.directory, 'imported');
    await importArtifact(await loadEngine(engine), artifactIn(context), path);
    return startToReady(context, engine, path);
  };
}
