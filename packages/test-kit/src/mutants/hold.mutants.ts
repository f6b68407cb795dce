import type { WatchEvent } from '@slipstream/core';
import { type LoopMutant, ofGiven, ofHold } from './loop-mutant.js';

/** Mistakes in what a running watch tells and lets one do. */
export const holdMutants: readonly LoopMutant[] = [
  {
    id: 'ready-too-early',
    defect: 'is ready with the first chunk',
    killedBy: ['ready/head-applied'],
    mutate(harness) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const observed = ofGiven(({ observer }) => ({
        observer(event: WatchEvent) {
          if (event.type === 'chunk-received') resolve();
          observer?.(event);
        },
      }));
      return ofHold(() => ({ ready: promise }))(observed(harness));
    },
  },
  {
    id: 'ready-never-rejects',
    defect: 'leaves ready pending when it ends',
    killedBy: ['ready/ended-before'],
    mutate: ofHold((watch) => ({
      ready: new Promise((resolve) => void watch.ready.then(resolve, () => undefined)),
    })),
  },
  {
    id: 'lag-is-what-is-pending',
    defect: 'leaves out of the lag what it has received and not applied',
    killedBy: ['ready/lag'],
    mutate(harness) {
      let pending: number | undefined;
      const observed = ofGiven(({ observer }) => ({
        observer(event: WatchEvent) {
          if (event.type === 'chunk-received') pending = event.pending;
          observer?.(event);
        },
      }));
      const held = ofHold(() => ({
        get lag() {
          return pending;
        },
      }));
      return held(observed(harness));
    },
  },
  {
    id: 'waits-for-receipt',
    defect: 'resolves waitFor when its version is received',
    killedBy: ['wait/applied'],
    mutate(harness) {
      let received = 0n;
      const arrivals: (() => void)[] = [];
      const observed = ofGiven(({ observer }) => ({
        observer(event: WatchEvent) {
          if (event.type === 'chunk-received') received = event.lastRevision ?? received;
          for (const arrive of arrivals.splice(0)) arrive();
          observer?.(event);
        },
      }));
      const held = ofHold(() => ({
        async waitFor({ revision }) {
          while (received < (revision ?? 0n)) await new Promise<void>((resolve) => arrivals.push(resolve));
        },
      }));
      return held(observed(harness));
    },
  },
  {
    id: 'waits-for-ever',
    defect: 'ignores the signal of waitFor',
    killedBy: ['wait/ends'],
    mutate: ofHold((watch) => ({ waitFor: (version) => watch.waitFor(version) })),
  },
  {
    id: 'between-at-any-time',
    defect: 'runs between in the middle of a flush',
    killedBy: ['between/at-the-cursor', 'between/at-rest', 'between/ended'],
    mutate: ofHold((_, { store }) => ({ between: async (visit) => visit(store) })),
  },
  {
    id: 'between-ends-the-watch',
    defect: 'fails with the error that between’s function throws',
    killedBy: ['between/throws'],
    mutate: ofHold((watch) => ({
      async between(visit) {
        try {
          return await watch.between(visit);
        } catch (error) {
          await watch.stop();
          throw error;
        }
      },
    })),
  },
  {
    id: 'between-needs-a-source',
    defect: 'makes between wait until it is attached',
    killedBy: ['between/cut-off'],
    mutate: ofHold((watch) => ({
      async between(visit) {
        while (watch.state.name !== 'live') await new Promise((resolve) => setTimeout(resolve, 5));
        return watch.between(visit);
      },
    })),
  },
  {
    id: 'never-stops',
    defect: 'ignores stop',
    killedBy: ['store-failure/stop', 'flush/stop', 'reattach/stop-while-cut-off'],
    mutate: ofHold((watch) => ({ stop: () => watch.done })),
  },
  {
    id: 'ignores-its-signal',
    defect: 'does not stop with its signal',
    killedBy: ['reattach/signal'],
    mutate: ofGiven(() => ({ signal: undefined })),
  },
  {
    id: 'closes-what-it-borrowed',
    defect: 'closes a source and a fold that were passed open',
    killedBy: ['reattach/borrowed'],
    mutate: ofHold((watch, { source, store }) => ({
      async stop() {
        const cursor = await watch.stop();
        if (typeof source !== 'function') await source.close();
        await store?.close();
        return cursor;
      },
    })),
  },
];
