/** A guarantee that does not hold. The message names it; `cause` is what the case ran into. */
export class ConformanceError extends Error {
  override readonly name = 'ConformanceError';
  readonly caseId: string;
  readonly guarantee: string;

  constructor(caseId: string, guarantee: string, seed: number, cause: unknown) {
    const what = cause instanceof Error ? cause.message : String(cause);
    super(`[${caseId}] does not hold: ${guarantee} (seed ${seed})\n${what}`, { cause });
    this.caseId = caseId;
    this.guarantee = guarantee;
  }
}
