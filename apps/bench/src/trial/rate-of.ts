/** How long is measured: many garbage collections, and short enough to be repeated. */
const MEASURE_MS = 400;
const WARM_UP_MS = 150;

/**
 * How often a second something can be done.
 * @param round - Does it many times, and returns how often.
 */
export async function rateOf(round: () => number | Promise<number>): Promise<number> {
  await repeat(round, WARM_UP_MS);
  const { count, ms } = await repeat(round, MEASURE_MS);
  return (count * 1_000) / ms;
}

async function repeat(
  round: () => number | Promise<number>,
  forMs: number,
): Promise<{ count: number; ms: number }> {
  const startedAt = performance.now();
  let count = 0;
  for (;;) {
    const done = round();
    count += typeof done === 'number' ? done : await done;
    const ms = performance.now() - startedAt;
    if (ms >= forMs) return { count, ms };
  }
}
