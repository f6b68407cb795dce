/** What goes with a violation. */
export interface ViolationOptions extends ErrorOptions {
  /** What shows it, line by line: the keys that differ. */
  readonly evidence?: readonly string[] | undefined;
}

/** A promise of the library that a run has seen broken. */
export class Violation extends Error {
  override readonly name: string = 'Violation';
  readonly evidence: readonly string[];

  constructor(message: string, { evidence = [], ...options }: ViolationOptions = {}) {
    super(message, options);
    this.evidence = evidence;
  }
}
