/**
 * A guarantee that does not hold. The message names it; `cause` is what the case ran into, an `AggregateError` when
 * closing what it had opened failed, too.
 */
export class ConformanceError extends Error {
  override readonly name = 'ConformanceError';
  readonly caseId: string;
  readonly guarantee: string;

  constructor(caseId: string, guarantee: string, seed: number, cause: unknown) {
    super(`[${caseId}] does not hold: ${guarantee} (seed ${seed})\n${messageOf(cause)}`, { cause });
    this.caseId = caseId;
    this.guarantee = guarantee;
  }
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return [error.message, ...error.errors.map(messageOf)].join('\n');
  return error instanceof Error ? error.message : String(error);
}
