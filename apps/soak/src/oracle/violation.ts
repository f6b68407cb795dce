/** A promise of the library that a run has seen broken. */
export class Violation extends Error {
  override readonly name: string = 'Violation';
  /** What shows it, line by line: the keys that differ. */
  readonly evidence: readonly string[];

  constructor(message: string, evidence: readonly string[] = [], options?: ErrorOptions) {
    super(message, options);
    this.evidence = evidence;
  }
}
