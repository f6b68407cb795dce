import { prefix, SlipstreamError, VersionToken, type WatchChunk, WatchCursor } from '@slipstream/core';
import { type LoopMutant, ofChunk, ofDelivery, ofGiven, ofSource } from './loop-mutant.js';
import { override } from './mutant.js';

const renaming = (code: 'UNAUTHORIZED' | 'UNAVAILABLE'): LoopMutant['mutate'] =>
  ofDelivery(async function* (chunks) {
    try {
      yield* chunks;
    } catch (error) {
      throw renamed(error, code);
    }
  });

/** Mistakes in following a source. */
export const deliveryMutants: readonly LoopMutant[] = [
  {
    id: 'parse-hides-from-the-store',
    defect: 'stores only what parse makes something of',
    killedBy: ['batch/parse'],
    mutate: ofGiven(({ parse, store }) => {
      const hidden = new Set<string>();
      return {
        parse: (update) => {
          const parsed = parse?.(update);
          if (parse !== undefined && parsed === undefined) hidden.add(update.key);
          return parsed;
        },
        store:
          store &&
          override(store, {
            apply: (updates, cursor) =>
              store.apply(
                updates.filter(({ key }) => !hidden.has(key)),
                cursor,
              ),
          }),
      };
    }),
  },
  {
    id: 'drops-unknown-versions',
    defect: 'applies only what has a version',
    killedBy: ['batch/unknown-versions'],
    mutate: ofChunk((chunk) => ({
      ...chunk,
      updates: chunk.updates.filter(({ version }) => !version.isUnknown),
    })),
  },
  {
    id: 'ignores-bookmarks',
    defect: 'moves its cursor with updates only',
    killedBy: ['batch/bookmark', 'wait/out-of-scope', 'follow/bookmarks'],
    mutate: ofChunk(({ updates, cursor, pending }) => {
      const last = updates.at(-1);
      const own =
        last === undefined
          ? WatchCursor.none
          : WatchCursor.of({ version: last.version, epoch: cursor.epoch });
      return { updates, cursor: own, pending };
    }),
  },
  {
    id: 'never-caught-up',
    defect: 'does not flush when the source has nothing more',
    killedBy: ['flush/caught-up', 'ready/empty-scope', 'ready/vanished-keys', 'follow/empty-bucket'],
    mutate: ofChunk((chunk) => (chunk.pending === 0 ? { ...chunk, pending: undefined } : chunk)),
  },
  {
    id: 'waits-for-a-quiet-source',
    defect: 'is ready when nothing is pending, which a busy source never says',
    killedBy: ['ready/under-writes'],
    mutate: ofChunk((chunk) => ({ ...chunk, pending: chunk.pending && chunk.pending + 1_000 })),
  },
  {
    id: 'drops-at-the-end',
    defect: 'forgets what it was gathering when the source ends',
    killedBy: ['flush/end-of-stream', 'flush/stop'],
    mutate: ofDelivery(async function* (chunks) {
      let gathered: WatchChunk['updates'] = [];
      for await (const chunk of chunks) {
        gathered = [...gathered, ...chunk.updates];
        if (chunk.pending !== 0) continue;
        yield { ...chunk, updates: gathered };
        gathered = [];
      }
    }),
  },
  {
    id: 'replays-everything',
    defect: 'begins with the state whenever it attaches',
    killedBy: ['reattach/from-the-applied-cursor', 'follow/delta-only', 'follow/restarts'],
    mutate: ofSource(({ watcher }) => ({
      watcher: watcher && { watch: (scope, options) => watcher.watch(scope, { signal: options?.signal }) },
    })),
  },
  {
    id: 'resumes-past-the-cursor',
    defect: 'begins one after the next when it attaches',
    killedBy: ['crash/before-report', 'reattach/from-the-applied-cursor'],
    mutate: ofSource(({ watcher, status }) => ({
      watcher: watcher && {
        async *watch(scope, options) {
          const { resume } = options ?? {};
          const at = resume?.revision;
          const { lastRevision } = await status();
          const skips = at !== undefined && at < lastRevision;
          const next =
            skips && WatchCursor.of({ version: VersionToken.fromRevision(at + 1n), epoch: resume?.epoch });
          yield* watcher.watch(scope, next ? { ...options, resume: next } : options);
        },
      },
    })),
  },
  {
    id: 'ends-at-a-drop',
    defect: 'gives up when a source drops',
    killedBy: ['reattach/from-the-applied-cursor'],
    mutate: renaming('UNAUTHORIZED'),
  },
  {
    id: 'attaches-for-ever',
    defect: 'retries whatever ends a watch',
    killedBy: ['reattach/permanent'],
    mutate: renaming('UNAVAILABLE'),
  },
  {
    id: 'attaches-at-once',
    defect: 'does not wait between attempts to attach',
    killedBy: ['reattach/backs-off'],
    mutate: ofGiven(() => ({ reattach: { initialDelayMs: 0, maxDelayMs: 0 } })),
  },
  {
    id: 'opens-once',
    defect: 'keeps the source that it opened first, closed or not',
    killedBy: ['reattach/reopened'],
    mutate: ofGiven(({ source }) => {
      if (typeof source !== 'function') return {};
      let opened: ReturnType<typeof source> | undefined;
      return {
        source: async (signal) => {
          opened ??= source(signal);
          try {
            return await opened;
          } catch (error) {
            opened = undefined;
            throw error;
          }
        },
      };
    }),
  },
  {
    id: 'one-watch-per-prefix',
    defect: 'attaches once for every prefix',
    killedBy: ['reattach/one-attachment'],
    mutate: ofSource(({ watcher }) => ({
      watcher: watcher && {
        async *watch(scope, options) {
          for (const start of scope.prefixes.slice(1)) {
            void watcher
              .watch(prefix(start), options)
              [Symbol.asyncIterator]()
              .next()
              .catch(() => undefined);
          }
          yield* watcher.watch(scope, options);
        },
      },
    })),
  },
  {
    id: 'loses-deletes',
    defect: 'does nothing at a delete',
    killedBy: ['follow/converges', 'follow/scopes'],
    mutate: ofChunk((chunk) => ({
      ...chunk,
      updates: chunk.updates.filter(({ kind }) => kind !== 'delete'),
    })),
  },
  {
    id: 'loses-purges',
    defect: 'does nothing at a purge',
    killedBy: ['follow/purges'],
    mutate: ofChunk((chunk) => ({ ...chunk, updates: chunk.updates.filter(({ kind }) => kind !== 'purge') })),
  },
  {
    id: 'forgets-its-scope',
    defect: 'follows every key',
    killedBy: ['follow/scopes', 'repair/scope'],
    mutate: ofGiven(() => ({ scope: undefined })),
  },
  {
    id: 'takes-gaps-for-losses',
    defect: 'attaches again when a revision is missing',
    killedBy: ['follow/interior-gaps'],
    mutate: ofDelivery(async function* (chunks) {
      let last: bigint | undefined;
      for await (const chunk of chunks) {
        for (const { version } of chunk.updates) {
          const revision = version.revision ?? 0n;
          if (last !== undefined && revision > last + 1n) throw new SlipstreamError('WATCH_FAILED', 'a gap');
          last = revision;
        }
        yield chunk;
      }
    }),
  },
];

function renamed(cause: unknown, code: 'UNAUTHORIZED' | 'UNAVAILABLE'): SlipstreamError {
  return new SlipstreamError(code, 'the watch broke', { cause });
}
