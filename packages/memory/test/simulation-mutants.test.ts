import {
  type KvRequestOptions,
  type KvStore,
  type KvUpdate,
  type KvWatchOptions,
  type SnapshotStore,
  sleep,
  type WatchChunk,
  WatchCursor,
  type WatchOptions,
  type WatchScope,
  watchApplied,
} from '@slipstream/core';
import { openScratchFold, ScratchMedium } from '@slipstream/core/testing';
import {
  type SimulatedSource,
  type SimulatedWorld,
  type SimulationDefinition,
  SimulationError,
  simulate,
} from '@slipstream/test-kit';
import { describe, expect, test } from 'vitest';
import { simulatedBucket as createBucket } from './simulated-bucket.js';

const SEEDS = 2_000;

type Watch = SimulatedSource['watcher']['watch'];
type Mutation = Partial<SimulationDefinition>;

/** A fold with another `apply`. */
function foldThat(apply: (fold: SnapshotStore, world: SimulatedWorld) => SnapshotStore['apply']): Mutation {
  return {
    createFold(world) {
      const medium = new ScratchMedium();
      return {
        async open() {
          const fold = await openScratchFold(medium);
          return new Proxy(fold, {
            get: (target, name) => {
              if (name === 'apply') return apply(fold, world);
              const value: unknown = Reflect.get(target, name, target);
              return typeof value === 'function' ? value.bind(target) : value;
            },
          });
        },
      };
    },
  };
}

/** A source with another behaviour in part. */
function sourceThat(change: (store: SimulatedSource) => Partial<SimulatedSource>): Mutation {
  return {
    viewOf: (store) => ({
      name: store.name,
      capabilities: store.capabilities,
      reader: store.reader,
      watcher: store.watcher,
      status: (options) => store.status(options),
      close: () => store.close(),
      [Symbol.asyncDispose]: () => store.close(),
      ...change(store),
    }),
  };
}

function watchThat(change: (watch: Watch) => Watch): Mutation {
  return sourceThat(({ watcher }) => ({
    watcher: { watch: change((scope, options) => watcher.watch(scope, options)) },
  }));
}

function chunksThat(change: (chunk: WatchChunk) => WatchChunk): Mutation {
  return watchThat(
    (watch) =>
      async function* (scope, options) {
        for await (const chunk of watch(scope, options)) yield change(chunk);
      },
  );
}

function loopThat(change: (options: WatchOptions<KvUpdate>) => Partial<WatchOptions<KvUpdate>>): Mutation {
  return {
    watchApplied: ((options: WatchOptions<KvUpdate>) =>
      watchApplied({ ...options, ...change(options) })) as typeof watchApplied,
  };
}

const neverExpires = (store: SimulatedSource): Partial<SimulatedSource> => ({
  status: async (options) => ({ ...(await store.status(options)), firstRevision: 1n }),
  watcher: { watch: (scope, options) => store.watcher.watch(scope, { ...options, afterGap: true }) },
});

const attachesLate = (watch: Watch): Watch =>
  async function* (scope: WatchScope, options?: KvWatchOptions) {
    yield { updates: [], cursor: WatchCursor.none, pending: undefined };
    yield* watch(scope, options);
  };

const oneEpoch = (store: SimulatedSource): Partial<SimulatedSource> => {
  const renamed = (cursor: WatchCursor): WatchCursor =>
    WatchCursor.of({ version: cursor.version, epoch: 'always', at: cursor.at });
  return {
    status: async (options) => ({ ...(await store.status(options)), epoch: 'always' }),
    watcher: {
      async *watch(scope, options) {
        const resume = options?.resume && WatchCursor.of({ version: options.resume.version });
        for await (const chunk of store.watcher.watch(scope, { ...options, resume })) {
          yield { ...chunk, cursor: renamed(chunk.cursor) };
        }
      },
    },
  };
};

const vouchesForAll = (source: KvStore): KvStore =>
  Object.assign(Object.create(source) as KvStore, {
    watcher: {
      async *watch(scope: WatchScope, options?: KvWatchOptions) {
        for await (const chunk of source.watcher?.watch(scope, options) ?? []) {
          yield { ...chunk, mayLackDeletes: false };
        }
      },
    },
    status: (options?: KvRequestOptions) => source.status(options),
  });

const mutants: Readonly<Record<string, Mutation>> = {
  'a store that commits the cursor first': foldThat((fold, { clock }) => async (updates, cursor) => {
    await fold.apply([], cursor);
    await sleep(clock, 10);
    await fold.apply(updates, WatchCursor.none);
  }),
  'a store that forgets deletes': foldThat(
    (fold) => (updates, cursor) =>
      fold.apply(
        updates.filter(({ kind }) => kind === 'put'),
        cursor,
      ),
  ),
  'a store that takes the cursor and loses part of a batch': foldThat(
    (fold) => (updates, cursor) => fold.apply(updates.slice(0, 2), cursor),
  ),
  'a source that clamps a start below its floor silently': sourceThat(neverExpires),
  'a source that hides that it was re-created': sourceThat(oneEpoch),
  'a source that is not attached yet when it yields': watchThat(attachesLate),
  'a source that believes its own listings': sourceThat(({ reader }) => ({
    reader: {
      get: (key, options) => reader.get(key, options),
      entry: async () => undefined,
      keys: (prefix, options) => reader.keys(prefix, options),
      scan: (prefix, options) => reader.scan(prefix, options),
    },
  })),
  'a source that claims what is still on its way': chunksThat(({ updates, cursor, pending }) => ({
    updates: updates.slice(0, 1),
    cursor,
    pending,
  })),
  'a loop that does not learn that deletes may be missing': loopThat(({ source }) => ({
    source: vouchesForAll(source as KvStore),
  })),
  'a loop that does not wait for apply': loopThat(({ apply }) => ({
    apply(batch) {
      Promise.resolve(apply?.(batch)).catch(() => undefined);
    },
  })),
  'a loop that never looks for expired markers': loopThat(() => ({ verifyOnResume: 'never' })),
  'a loop that keeps what vanished': loopThat(() => ({ onVanished: 'keep' })),
};

describe('the simulation catches', () => {
  test.each(Object.entries(mutants))('%s', async (name, mutation) => {
    let caught: unknown;
    for (let seed = 1; seed <= SEEDS && caught === undefined; seed++) {
      caught = await simulate({ name, createBucket, ...mutation }, seed).catch((error: unknown) => error);
    }
    expect(caught).toBeInstanceOf(SimulationError);
    const { seed, steps, message } = caught as SimulationError;
    expect(message).toContain(`seed ${seed}`);
    expect(steps.length).toBeLessThan(40);
  });
});

test('a failure repeats itself from its seed, with the same history', async () => {
  const definition = { name: 'keeps', createBucket, ...mutants['a store that forgets deletes'] };
  const run = (): Promise<unknown> => simulate(definition, 1).catch(String);
  expect(await run()).toEqual(await run());
});
