/**
 * The shortest history found that still fails: takes away as much at once as possible, then less and less, and
 * single steps for as long as one of them can go.
 * @param fails - Whether a history fails; asked at most `attempts` times.
 */
export async function shrinkSteps<Step>(
  steps: readonly Step[],
  fails: (steps: readonly Step[]) => Promise<boolean>,
  attempts: number = 600,
): Promise<readonly Step[]> {
  let shortest = steps;
  let left = attempts;
  let size = Math.ceil(steps.length / 2);
  while (left > 0 && shortest.length > 0) {
    const before = shortest.length;
    for (let from = 0; from < shortest.length && left > 0; left--) {
      const shorter = [...shortest.slice(0, from), ...shortest.slice(from + size)];
      if (await fails(shorter)) shortest = shorter;
      else from += size;
    }
    if (size === 1 && shortest.length === before) break;
    size = Math.ceil(size / 2);
  }
  return shortest;
}
