import type { KvWatchOptions, WatchChunk, WatchScope } from '@slipstream/core';
import type { BootstrapHarness } from '../bootstrap/bootstrap-harness.js';
import { artifactMutants } from './artifact.mutants.js';
import type { KvStoreMutant } from './kv-store-mutant.js';
import { lastVersionsAfterResume, ofChunks, ofWatch } from './kv-store-mutant.js';
import type { Mutant } from './mutant.js';

export type BootstrapMutant = Mutant<BootstrapHarness>;

const everyCase = [
  'delta-only',
  'history',
  'prefix',
  'two-prefixes',
  'other-engine',
  'chain',
  'under-churn',
].map((name) => `bootstrap/${name}`);

function onSource(mutate: KvStoreMutant['mutate']): BootstrapMutant['mutate'] {
  return (harness) => ({ ...harness, source: mutate(harness.source) });
}

/** The same mistake of exports and imports on both engines. */
function onFolds(id: string): BootstrapMutant['mutate'] {
  const mutant = artifactMutants.find((each) => each.id === id);
  if (mutant === undefined) throw new Error(`no mutant ${id}`);
  return ({ fold, otherFold, ...harness }) => ({
    ...harness,
    fold: mutant.mutate(fold),
    otherFold: otherFold && mutant.mutate(otherFold),
  });
}

/** Bootstraps that converge, or nearly, and are wrong: what shows that the counting can fail. */
export const bootstrapMutants: readonly BootstrapMutant[] = [
  {
    id: 'replays-everything',
    defect: 'delivers the whole state whatever the cursor: the folds are equal in the end',
    killedBy: everyCase,
    mutate: onSource(ofWatch((watch) => (scope, options) => watch(scope, { ...options, resume: undefined }))),
  },
  {
    id: 'delivers-twice',
    defect: 'delivers the first update after a cursor again: the folds are equal in the end',
    killedBy: everyCase,
    mutate: onSource(ofChunks(repeatFirst)),
  },
  {
    id: 'skips-after-the-cursor',
    defect: 'leaves out the first update after a cursor',
    killedBy: everyCase,
    mutate: onSource(ofChunks(skipFirst)),
  },
  {
    id: 'resumes-with-last-versions',
    defect: 'delivers only the last version of each key after a cursor: the folds are equal in the end',
    killedBy: ['bootstrap/history'],
    mutate: onSource(ofChunks(lastVersionsAfterResume)),
  },
  {
    id: 'exports-nothing',
    defect: 'exports a fold without entries',
    killedBy: everyCase,
    mutate: onFolds('exports-nothing'),
  },
  {
    id: 'exports-without-cursor',
    defect: 'exports the entries and no cursor',
    killedBy: ['bootstrap/delta-only'],
    mutate: onFolds('exports-without-cursor'),
  },
];

async function* repeatFirst(
  chunks: AsyncIterable<WatchChunk>,
  _: WatchScope,
  { resume }: KvWatchOptions,
): AsyncGenerator<WatchChunk> {
  let isFirst = resume !== undefined && !resume.isNone;
  for await (const chunk of chunks) {
    const [first] = chunk.updates;
    yield isFirst && first !== undefined ? { ...chunk, updates: [first, ...chunk.updates] } : chunk;
    if (first !== undefined) isFirst = false;
  }
}

async function* skipFirst(
  chunks: AsyncIterable<WatchChunk>,
  _: WatchScope,
  { resume }: KvWatchOptions,
): AsyncGenerator<WatchChunk> {
  let isFirst = resume !== undefined && !resume.isNone;
  for await (const chunk of chunks) {
    yield isFirst ? { ...chunk, updates: chunk.updates.slice(1) } : chunk;
    if (chunk.updates.length > 0) isFirst = false;
  }
}
