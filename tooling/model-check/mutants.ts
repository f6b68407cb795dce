import { type ResumeInput, type ResumePlanInput, UNNOTICED_MS } from '@slipstream/core';
import { type Protocol, production } from './protocol.ts';

/** A protocol with one thing wrong. */
export interface Mutant {
  readonly defect: string;
  readonly protocol: Protocol;
}

/** Guards that are given false inputs, in the loop and in the source alike. */
function misled(mislead: (input: ResumeInput) => ResumeInput): Partial<Protocol> {
  return {
    planResume(input) {
      const { cursor, log } = input;
      const { revision = 0n, epoch } = cursor;
      return production.planResume({ ...input, ...mislead({ cursor: { revision, epoch }, log }) });
    },
    resumeObstacle: (input) => production.resumeObstacle(mislead(input)),
  };
}

function planned(change: (input: ResumePlanInput) => Partial<ResumePlanInput>): Partial<Protocol> {
  return { planResume: (input) => production.planResume({ ...input, ...change(input) }) };
}

function unreconciled(start: string): Partial<Protocol> {
  return {
    planResume(input) {
      const plan = production.planResume(input);
      return plan.start === start ? { ...plan, reconcile: undefined } : plan;
    },
  };
}

const defects: Readonly<Record<string, Partial<Protocol>>> = {
  'the floor of the log is not looked at: a start below it is clamped silently': misled(
    ({ cursor, log }) => ({
      cursor,
      log: { ...log, firstRevision: 0n },
    }),
  ),
  'the epoch of the log is not looked at': misled(({ cursor, log }) => ({
    cursor: { ...cursor, epoch: undefined },
    log,
  })),
  'the end of the log is not looked at': misled(({ cursor, log }) => ({
    cursor,
    log: { ...log, lastRevision: cursor.revision },
  })),
  'markers are taken to stay forever': planned(() => ({
    gapMs: 0,
    shortestMarkerTtlMs: undefined,
    foldKeys: undefined,
  })),
  'the time that an attachment takes is not counted': {
    markerGapMs: (input) => {
      const gapMs = production.markerGapMs(input);
      return gapMs === undefined ? undefined : gapMs - UNNOTICED_MS;
    },
  },
  'a watch that had once caught up counts as having received everything until its session ended': {
    trusts: 'having-caught-up',
  },
  'a suspended process counts as one that waits': { waits: 'by-the-clock' },
  'an attachment is taken for quick, however long it took': { comparesLate: false },
  'a source that may lack deletes is believed': { doubts: 'ignored' },
  'a cursor goes past deletes that may be missing': { holds: false },
  'a cursor takes whatever is proposed': { nextCursor: (_, proposed) => proposed },
  'a log of another incarnation is followed without looking for what vanished': unreconciled('state'),
  'a fold without a cursor is listed again without looking for what vanished': {
    planFirst: () => ({ start: 'state', reconcile: undefined }),
  },
  'a gap is passed without looking for what vanished': unreconciled('after-gap'),
  'the keys are listed before the source is attached': { list: 'before-attaching' },
  'a listing is believed without asking again': { confirm: false },
  'entries with versions past the cursor are spared': { sparesPastCursor: true },
  'what vanished is deleted after the delta': { deletes: 'after-the-delta' },
  'a cursor that its log no longer reaches is kept': { abandons: false },
  'the cursor is stored before the entries': { commit: 'cursor-first' },
  'a batch is committed before the caller has applied it': { commit: 'before-apply' },
};

/** Every guard and every ordering of the protocol, each broken on purpose. */
export const mutants: readonly Mutant[] = Object.entries(defects).map(([defect, change]) => ({
  defect,
  protocol: { ...production, ...change },
}));
