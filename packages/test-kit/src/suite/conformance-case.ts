/** One guarantee and the program that tries to break it. */
export interface ConformanceCase<Context, Need extends string> {
  /** `group/name`, stable between minor versions: what `knownFailures` and reports refer to. */
  readonly id: `${string}/${string}`;
  /** The guarantee in one sentence. */
  readonly guarantee: string;
  /** What the harness must declare or offer; without it, the case is skipped, with the reason in its title. */
  readonly needs?: readonly Need[];
  /** How long the case may take, in milliseconds. @defaultValue 20 000 */
  readonly deadlineMs?: number;
  run(context: Context): Promise<void>;
}

/** Whether a harness has what a case needs. */
export interface Requirement<Harness> {
  isMet(harness: Harness): boolean;
  /** Why the case is skipped otherwise: completes the sentence "skipped: …". */
  readonly reason: string;
}

/** What every harness may say. */
export interface SuiteHarness {
  /** What is tested, for titles. */
  readonly name: string;
  /**
   * Ids of cases that fail today, each with the reason. They run inverted: one that passes fails the run, so
   * that the list cannot go stale.
   */
  readonly knownFailures?: Readonly<Record<string, string>> | undefined;
  /** Seed and effort of the randomised cases. */
  readonly property?: PropertySettings | undefined;
  /** Replaces the deadline of every case, in milliseconds. */
  readonly caseDeadlineMs?: number | undefined;
}

/** Seed and effort of the randomised cases. */
export interface PropertySettings {
  /** What all randomness follows from; printed with every failure. @defaultValue another one each run */
  readonly seed?: number | undefined;
  /** Runs of each property. @defaultValue the case's own number */
  readonly runs?: number | undefined;
}

/** A suite: its cases, what they can need, and what each of them is given. */
export interface SuiteDefinition<Harness extends SuiteHarness, Context, Need extends string> {
  /** The contract under test, for titles. */
  readonly name: string;
  readonly cases: readonly ConformanceCase<Context, Need>[];
  readonly requirements: Readonly<Record<Need, Requirement<Harness>>>;
  createContext(harness: Harness, run: CaseRun): Context;
}

/** What one run of one case owns. Everything attached is closed when it ends, however it ends. */
export interface CaseRun {
  /** What the case's randomness follows from. */
  readonly seed: number;
  /** Runs of a property that asks for `preferred`. */
  runs(preferred: number): number;
  /** Fires when the case ends, before its resources are closed. */
  readonly signal: AbortSignal;
  /** Closes `resource` when the case ends, the latest first; returns it. */
  own<R extends AsyncDisposable>(resource: R): R;
}
