import {
  all,
  type KvStore,
  SlipstreamError,
  VersionToken,
  type WatchChunk,
  WatchCursor,
} from '@slipstream/core';
import { type KvStoreMutant, lastVersionsAfterResume, ofChunks, ofWatch } from './kv-store-mutant.js';

/** A mutation of the position at which a watch resumes. */
const ofResume = (
  change: (resume: WatchCursor, store: KvStore) => WatchCursor | undefined | Promise<WatchCursor | undefined>,
): KvStoreMutant['mutate'] =>
  ofWatch(
    (watch, store) =>
      async function* (scope, options = {}) {
        const { resume } = options;
        const resumed = resume !== undefined && !resume.isNone;
        yield* watch(scope, resumed ? { ...options, resume: await change(resume, store) } : options);
      },
  );

const moved = (cursor: WatchCursor, by: bigint): WatchCursor =>
  WatchCursor.of({ version: VersionToken.fromRevision((cursor.revision ?? 0n) + by), epoch: cursor.epoch });

const expired = (): SlipstreamError => new SlipstreamError('CURSOR_EXPIRED', 'a mutant says so');

/** Mistakes in going on. */
export const resumeMutants: readonly KvStoreMutant[] = [
  {
    id: 'replays-everything-on-resume',
    defect: 'begins with the state again',
    killedBy: [
      'resume/delta',
      'resume/every-position',
      'resume/at-head',
      'resume/compacted',
      'resume/during-writes',
    ],
    mutate: ofResume(() => undefined),
  },
  {
    id: 'resumes-with-last-versions',
    defect: 'delivers only the last version of each key after a cursor',
    killedBy: ['resume/history'],
    mutate: ofChunks(lastVersionsAfterResume),
  },
  {
    id: 'resumes-inclusively',
    defect: 'delivers the update at the cursor once more',
    killedBy: ['resume/at-head', 'resume/every-position'],
    mutate: ofResume((resume) => moved(resume, -1n)),
  },
  {
    id: 'skips-one-on-resume',
    defect: 'begins one after the next',
    killedBy: ['resume/during-writes', 'resume/every-position'],
    mutate: ofResume(async (resume, store) => {
      const { lastRevision } = await store.status();
      return (resume.revision ?? 0n) < lastRevision ? moved(resume, 1n) : resume;
    }),
  },
  {
    id: 'resume-forgets-scope',
    defect: 'resumes with every key',
    killedBy: ['resume/scope'],
    mutate: ofWatch(
      (watch) => (scope, options) => watch(options?.resume === undefined ? scope : all(), options),
    ),
  },
  {
    id: 'none-is-a-position',
    defect: 'takes the cursor none for the end of the log',
    killedBy: ['resume/none'],
    mutate: ofWatch(
      (watch, { status }) =>
        async function* (scope, options = {}) {
          if (options.resume?.isNone !== true) return yield* watch(scope, options);
          const { lastRevision, epoch } = await status();
          const resume = WatchCursor.of({ version: VersionToken.fromRevision(lastRevision), epoch });
          yield* watch(scope, { ...options, resume });
        },
    ),
  },
  {
    id: 'clamps-silently',
    defect: 'begins with what is left when the cursor has expired, as its server does',
    killedBy: ['resume/below-window', 'resume/everything-evicted', 'resume/beyond-end'],
    mutate: ofWatch(
      (watch) =>
        async function* (scope, options) {
          let yielded = false;
          try {
            for await (const chunk of watch(scope, options)) {
              yielded = true;
              yield chunk;
            }
          } catch (error) {
            if (yielded || !SlipstreamError.is(error, 'CURSOR_EXPIRED')) throw error;
            yield* watch(scope, { signal: options?.signal });
          }
        },
    ),
  },
  {
    id: 'forgets-epoch',
    defect: 'compares revisions of different logs',
    killedBy: ['resume/other-epoch', 'resume/re-created'],
    mutate: ofResume(({ version }) => WatchCursor.of({ version })),
  },
  {
    id: 'window-off-by-one',
    defect: 'requires the update at the cursor to be retained',
    killedBy: ['resume/window-edge'],
    mutate: ofResume(async (resume, store) => {
      const { firstRevision } = await store.status();
      if ((resume.revision ?? 0n) < firstRevision) throw expired();
      return resume;
    }),
  },
  {
    id: 'never-begins-after-a-gap',
    defect: 'refuses an expired cursor even with afterGap',
    killedBy: ['resume/after-gap'],
    mutate: ofWatch((watch) => (scope, options) => watch(scope, { ...options, afterGap: false })),
  },
  {
    id: 'expires-compacted-cursors',
    defect: 'requires the update at the cursor to be found',
    killedBy: ['resume/compacted'],
    mutate: ofResume(async (resume, { watcher }) => {
      for await (const { updates, pending } of watcher?.watch(all()) ?? []) {
        if (updates.some(({ version }) => version.equals(resume.version))) return resume;
        if (pending === 0) break;
      }
      throw expired();
    }),
  },
  {
    id: 'no-bookmarks',
    defect: 'moves its cursor with updates only, though it declares bookmarks',
    killedBy: ['bookmarks/idle-scope', 'bookmarks/no-expiry'],
    mutate: ofChunks(async function* (chunks, _, { resume }) {
      let cursor = resume ?? WatchCursor.none;
      for await (const chunk of chunks) {
        cursor = lastOf(chunk) ?? cursor;
        yield { ...chunk, cursor };
      }
    }),
  },
];

function lastOf({ updates, cursor: { epoch } }: WatchChunk): WatchCursor | undefined {
  const last = updates.at(-1);
  return last && WatchCursor.of({ version: last.version, epoch });
}
