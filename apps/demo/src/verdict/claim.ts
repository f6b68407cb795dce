/** One thing that the run had to show, and whether it did. */
export interface Claim {
  readonly holds: boolean;
  /** The claim, with the figures that it was decided by. */
  readonly text: string;
}

/** Groups the digits of a whole number: 12,345. */
export function figure(value: number | undefined): string {
  return value === undefined ? 'none' : value.toLocaleString('en-US');
}
