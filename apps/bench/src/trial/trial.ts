/** What one side of a comparison is given. Both sides get the same, but for the directory. */
export interface TrialContext {
  readonly serverUrl: string;
  /** The bucket with {@link entries} entries. Empty where the comparison asks for none. */
  readonly bucket: string;
  readonly entries: number;
  /** Empty; removed after the trial. */
  readonly directory: string;
  /** Of the comparison: what is arranged there stays until all its trials are over. */
  readonly sharedDirectory: string;
  /** Counts the runs of the comparison from 0; the arrangement of a run has the same number. */
  readonly run: number;
  /** What a process that writes to the bucket runs. */
  readonly writerProgram: URL;
  /** Says how far it has come, in entries. Costs next to nothing. */
  readonly progress: (done: number) => void;
}

/** What was measured, by name. */
export type Readings = Readonly<Record<string, number>>;

/** What a trial did. */
export interface Outcome {
  /** Entries that it handled, or has in the end. Two sides that differ in it cannot be compared. */
  readonly work: number;
  readonly readings: Readings;
}

/** Measures one side once, in a process of its own. */
export type Trial = (context: TrialContext) => Promise<Outcome>;

/** The instructions to the process of a trial. */
export interface TrialOrder extends Omit<TrialContext, 'progress' | 'writerProgram'> {
  readonly comparison: string;
  readonly part: TrialPart;
}

/** What of a comparison a process runs. */
export type TrialPart = 'ours' | 'peer' | 'arrange-once' | 'arrange-run';

/** What it says. */
export type TrialMessage =
  | { readonly type: 'progress'; readonly done: number }
  | { readonly type: 'done'; readonly outcome: Outcome };
