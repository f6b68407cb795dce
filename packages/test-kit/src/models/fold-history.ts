import { type KvUpdate, VersionToken, WatchCursor } from '@slipstream/core';
import { TEST_EPOCH } from '@slipstream/core/testing';
import fc from 'fast-check';

/** One step of a fold's life. */
export type FoldStep =
  | { readonly kind: 'apply'; readonly updates: readonly KvUpdate[]; readonly cursor: WatchCursor }
  /** The last batch comes again, as after a crash between its commit and its report. */
  | { readonly kind: 'repeat' }
  | { readonly kind: 'reopen' }
  /** The fold is lost, and everything is replayed into a new one. */
  | { readonly kind: 'wipe' };

// Few enough that histories write over themselves; neighbours in every order that matters.
const keys = ['a', 'a.', 'a.a', 'a.b', 'aa', 'b', 'z', 'ä', '\uffff', '\u{1f600}', 'a'.repeat(300)];

const change = fc.record({
  key: fc.constantFrom(...keys),
  kind: fc.constantFrom('put' as const, 'put' as const, 'put' as const, 'delete' as const, 'purge' as const),
  value: fc.uint8Array({ maxLength: 40 }),
});

const rawStep = fc.oneof(
  { weight: 8, arbitrary: fc.array(change, { maxLength: 12 }) },
  { weight: 1, arbitrary: fc.constantFrom('repeat' as const, 'reopen' as const, 'wipe' as const) },
);

/** Histories of a fold: batches with rising revisions, with repetitions, reopenings and losses among them. */
export const foldHistory: fc.Arbitrary<readonly FoldStep[]> = fc
  .array(rawStep, { minLength: 1, maxLength: 20 })
  .map((steps) => {
    let revision = 0;
    return steps.map((step): FoldStep => {
      if (typeof step === 'string') return { kind: step };
      const updates = step.map(({ key, kind, value }): KvUpdate => {
        revision += 1;
        return {
          kind,
          key,
          value: kind === 'put' ? value : new Uint8Array(0),
          version: VersionToken.fromRevision(revision),
        };
      });
      // An empty batch is a bookmark.
      if (step.length === 0) revision += 1;
      const cursor = WatchCursor.of({ version: VersionToken.fromRevision(revision), epoch: TEST_EPOCH });
      return { kind: 'apply', updates, cursor };
    });
  });
