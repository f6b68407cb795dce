import { systemClock, waitWithin } from '@slipstream/core';
import { CaseResources } from './case-resources.js';
import type { ConformanceCase, SuiteDefinition, SuiteHarness } from './conformance-case.js';
import { ConformanceError } from './conformance-error.js';

/** A case as it is to be run against one harness. */
export interface PlannedCase {
  readonly id: string;
  readonly group: string;
  readonly guarantee: string;
  /** `[id] guarantee`, and why it is skipped or expected to fail. */
  readonly title: string;
  /** Why the case does not apply to this harness. */
  readonly skipped: string | undefined;
  /** Why the case is expected to fail. */
  readonly knownFailure: string | undefined;
  /** The longest that {@link run} takes, in milliseconds. */
  readonly timeoutMs: number;
  /** Rejects with a {@link ConformanceError} when the guarantee does not hold. */
  run(): Promise<void>;
}

const DEFAULT_DEADLINE_MS = 20_000;
// What a case opened is closed in this time, or the case fails: a close that hangs is a defect, too.
const RELEASE_DEADLINE_MS = 20_000;
// The kit's own deadlines say what took too long; the runner's comes after them.
const MARGIN_MS = 5_000;

/**
 * The cases of a suite against one harness, in order: what a runner or a report goes through.
 * @throws {TypeError} when `knownFailures` names a case that does not exist.
 */
export function planSuite<Harness extends SuiteHarness, Context, Need extends string>(
  suite: SuiteDefinition<Harness, Context, Need>,
  harness: Harness,
): readonly PlannedCase[] {
  const ids = new Set<string>(suite.cases.map(({ id }) => id));
  for (const id of Object.keys(harness.knownFailures ?? {})) {
    if (!ids.has(id))
      throw new TypeError(
        `${harness.name}: knownFailures names a case that ${suite.name} does not have: ${id}`,
      );
  }
  const seed = harness.property?.seed ?? Math.floor(Math.random() * 0x7fff_ffff);
  return suite.cases.map((conformanceCase) => planCase(suite, harness, conformanceCase, seed));
}

function planCase<Harness extends SuiteHarness, Context, Need extends string>(
  suite: SuiteDefinition<Harness, Context, Need>,
  harness: Harness,
  conformanceCase: ConformanceCase<Context, Need>,
  seed: number,
): PlannedCase {
  const { id, guarantee, needs = [] } = conformanceCase;
  const unmet = needs.find((need) => !suite.requirements[need].isMet(harness));
  const skipped = unmet === undefined ? undefined : suite.requirements[unmet].reason;
  const knownFailure = harness.knownFailures?.[id];
  let title = `[${id}] ${guarantee}`;
  if (skipped !== undefined) title += ` (skipped: ${skipped})`;
  else if (knownFailure !== undefined) title += ` (known failure: ${knownFailure})`;
  const attempt = (): Promise<void> => runCase(suite, harness, conformanceCase, seed);
  return {
    id,
    group: id.slice(0, id.indexOf('/')),
    guarantee,
    title,
    skipped,
    knownFailure,
    timeoutMs: deadlineOf(harness, conformanceCase) + RELEASE_DEADLINE_MS + MARGIN_MS,
    run: knownFailure === undefined ? attempt : () => expectFailure(id, knownFailure, attempt),
  };
}

function deadlineOf(harness: SuiteHarness, { deadlineMs }: { readonly deadlineMs?: number }): number {
  return harness.caseDeadlineMs ?? deadlineMs ?? DEFAULT_DEADLINE_MS;
}

async function runCase<Harness extends SuiteHarness, Context, Need extends string>(
  suite: SuiteDefinition<Harness, Context, Need>,
  harness: Harness,
  conformanceCase: ConformanceCase<Context, Need>,
  seed: number,
): Promise<void> {
  const { id, guarantee } = conformanceCase;
  const resources = new CaseResources(harness.property ?? {}, seed);
  const failures: unknown[] = [];
  const step = async (what: string, deadlineMs: number, work: () => Promise<void>): Promise<void> => {
    try {
      await waitWithin(work(), { clock: systemClock, timeoutMs: deadlineMs, what });
    } catch (error) {
      failures.push(error);
    }
  };
  await step('the case', deadlineOf(harness, conformanceCase), async () =>
    conformanceCase.run(suite.createContext(harness, resources)),
  );
  await step('closing everything that the case opened', RELEASE_DEADLINE_MS, () => resources.release());
  if (failures.length > 0) throw new ConformanceError(id, guarantee, seed, combined(failures));
}

function combined(failures: readonly unknown[]): unknown {
  if (failures.length === 1) return failures[0];
  return new AggregateError(failures, 'the case failed, and so did closing what it opened');
}

async function expectFailure(id: string, reason: string, attempt: () => Promise<void>): Promise<void> {
  try {
    await attempt();
  } catch {
    return;
  }
  throw new Error(`[${id}] passes now: remove it from knownFailures ("${reason}")`);
}
