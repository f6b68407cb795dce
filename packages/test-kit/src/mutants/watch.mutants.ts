import {
  type KvUpdate,
  prefix,
  prefixes,
  SlipstreamError,
  VersionToken,
  type WatchChunk,
  WatchCursor,
} from '@slipstream/core';
import { collect } from '@slipstream/core/testing';
import { type KvStoreMutant, ofChunks, ofWatch } from './kv-store-mutant.js';

const eachChunk = (change: (chunk: WatchChunk, index: number) => WatchChunk): KvStoreMutant['mutate'] =>
  ofChunks(async function* (chunks) {
    let index = 0;
    for await (const chunk of chunks) yield change(chunk, index++);
  });

const sifted = (keep: (update: KvUpdate) => boolean): KvStoreMutant['mutate'] =>
  eachChunk((chunk) => ({ ...chunk, updates: chunk.updates.filter(keep) }));

/** Mistakes in watching. */
export const watchMutants: readonly KvStoreMutant[] = [
  {
    id: 'silent-when-empty',
    defect: 'says nothing as long as there are no updates',
    killedBy: ['watch/empty-scope'],
    mutate: ofChunks(async function* (chunks) {
      for await (const chunk of chunks) if (chunk.updates.length > 0) yield chunk;
    }),
  },
  {
    id: 'state-without-markers',
    defect: 'leaves the deleted keys out of the state',
    killedBy: ['watch/state-first'],
    mutate: ofChunks(async function* (chunks, _, { resume }) {
      let catchingUp = resume === undefined || resume.isNone;
      for await (const chunk of chunks) {
        yield catchingUp ? { ...chunk, updates: chunk.updates.filter(({ kind }) => kind === 'put') } : chunk;
        if (chunk.pending === 0) catchingUp = false;
      }
    }),
  },
  {
    id: 'skips-one-at-the-seam',
    defect: 'loses the first update after the state',
    killedBy: ['watch/live', 'watch/no-gap'],
    mutate: ofChunks(async function* (chunks) {
      let seam: 'before' | 'at' | 'past' = 'before';
      for await (const chunk of chunks) {
        const skips = seam === 'at' && chunk.updates.length > 0;
        yield skips ? { ...chunk, updates: chunk.updates.slice(1) } : chunk;
        if (skips) seam = 'past';
        else if (seam === 'before' && chunk.pending === 0) seam = 'at';
      }
    }),
  },
  {
    id: 'lists-then-watches',
    defect: 'lists the state, and watches what comes after the list was made',
    killedBy: ['watch/no-gap'],
    mutate: ofWatch(
      (watch, { reader, status }) =>
        async function* (scope, options = {}) {
          if (options.resume !== undefined) return yield* watch(scope, options);
          const listed = (await collect(reader.scan(''))).filter(({ key }) => scope.includes(key));
          await new Promise((resolve) => setTimeout(resolve, 5));
          const { lastRevision, epoch } = await status();
          for await (const { cursor } of watch(scope, options)) {
            const updates = listed.map((entry): KvUpdate => ({ kind: 'put', ...entry }));
            yield { updates, cursor, pending: 0 };
            const resume = WatchCursor.of({ version: cursor.version, epoch });
            if (lastRevision > 0n) yield* watch(scope, { ...options, resume });
            return;
          }
        },
    ),
  },
  {
    id: 'repeats-itself',
    defect: 'delivers the last update of a chunk again with the next',
    killedBy: ['watch/no-gap-on-one-key'],
    mutate: ofChunks(async function* (chunks) {
      let last: readonly KvUpdate[] = [];
      for await (const chunk of chunks) {
        yield { ...chunk, updates: [...last, ...chunk.updates] };
        last = chunk.updates.slice(-1);
      }
    }),
  },
  {
    id: 'purges-look-like-deletes',
    defect: 'has one kind of marker',
    killedBy: ['watch/purges'],
    mutate: eachChunk((chunk) => ({
      ...chunk,
      updates: chunk.updates.map((update) =>
        update.kind === 'purge' ? { ...update, kind: 'delete' } : update,
      ),
    })),
  },
  {
    id: 'leaks-prefix',
    defect: 'takes a prefix without its last dot',
    killedBy: ['watch/prefix'],
    mutate: ofWatch((watch) => (scope, options) => {
      return watch(prefixes(scope.prefixes.map((each) => each.replace(/\.$/, ''))), options);
    }),
  },
  {
    id: 'watches-whole-tokens',
    defect: 'takes the end of a prefix for the end of a token',
    killedBy: ['watch/prefix-inside-token'],
    mutate: ofChunks(async function* (chunks, scope) {
      const stems = scope.prefixes.map((each) => (each === '' || each.endsWith('.') ? each : `${each}.`));
      for await (const chunk of chunks) {
        yield {
          ...chunk,
          updates: chunk.updates.filter(({ key }) => stems.some((stem) => `${key}.`.startsWith(stem))),
        };
      }
    }),
  },
  {
    id: 'one-watch-per-prefix',
    defect: 'follows each prefix by a consumer of its own, and takes from whichever has something',
    killedBy: ['watch/prefixes', 'watch-lifetime/one-consumer'],
    mutate: ofWatch(
      (watch) =>
        async function* (scope, options) {
          const parts = scope.prefixes.map((each) => watch(prefix(each), options)[Symbol.asyncIterator]());
          const pulls = new Map(parts.map((part) => [part, take(part)]));
          try {
            while (pulls.size > 0) {
              const { part, next } = await Promise.race(pulls.values());
              if (next.done === true) return;
              pulls.set(part, take(part));
              yield next.value;
            }
          } finally {
            for (const part of parts) void part.return?.().catch(() => undefined);
          }
        },
    ),
  },
  {
    id: 'pending-lies',
    defect: 'says with every chunk that it is caught up',
    killedBy: ['watch/pending'],
    mutate: eachChunk((chunk) => ({ ...chunk, pending: 0 })),
  },
  {
    id: 'cursor-lags',
    defect: 'gives a chunk the position of its first update',
    killedBy: ['watch/cursors', 'resume/chunk-cursors'],
    mutate: eachChunk((chunk) => {
      const [first] = chunk.updates;
      if (first === undefined) return chunk;
      return { ...chunk, cursor: WatchCursor.of({ version: first.version, epoch: chunk.cursor.epoch }) };
    }),
  },
  {
    id: 'cursor-runs-ahead',
    defect: 'gives every chunk the position of the log’s end',
    killedBy: ['watch/cursors-claim-nothing-undelivered', 'resume/chunk-cursors', 'bookmarks/none'],
    mutate: ofChunks(async function* (chunks, _, __, { status }) {
      for await (const chunk of chunks) {
        const { cursor } = chunk;
        const { lastRevision } = await status();
        yield { ...chunk, cursor: cursor.isNone ? cursor : movedTo(cursor, lastRevision) };
      }
    }),
  },
  {
    id: 'jumps-over-gaps',
    defect: 'goes on with what is left when retention has overrun it',
    killedBy: ['watch/overrun'],
    mutate: ofWatch(
      (watch) =>
        async function* (scope, options = {}) {
          let resume = options.resume;
          for (;;) {
            try {
              for await (const chunk of watch(scope, {
                ...options,
                resume,
                afterGap: resume !== options.resume,
              })) {
                resume = chunk.cursor;
                yield chunk;
              }
              return;
            } catch (error) {
              if (resume === options.resume || !SlipstreamError.is(error, 'CURSOR_EXPIRED')) throw error;
            }
          }
        },
    ),
  },
  {
    id: 'shows-puts-only',
    defect: 'does not deliver deletes',
    killedBy: ['watch/live', 'resume/delta'],
    mutate: sifted(({ kind }) => kind === 'put'),
  },
];

async function take(part: AsyncIterator<WatchChunk>) {
  return { part, next: await part.next() };
}

function movedTo({ epoch }: WatchCursor, revision: bigint): WatchCursor {
  return WatchCursor.of({ version: VersionToken.fromRevision(revision), epoch });
}
