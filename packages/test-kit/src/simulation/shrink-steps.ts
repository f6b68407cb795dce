/**
 * The shortest history found that still fails: takes away as much at once as possible, then less and less.
 * @param fails - Whether a history fails; asked at most `attempts` times.
 */
export async function shrinkSteps<Step>(
  steps: readonly Step[],
  fails: (steps: readonly Step[]) => Promise<boolean>,
  attempts: number = 300,
): Promise<readonly Step[]> {
  let shortest = steps;
  let left = attempts;
  for (let size = Math.ceil(steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < shortest.length && left > 0; left--) {
      const shorter = [...shortest.slice(0, from), ...shortest.slice(from + size)];
      if (await fails(shorter)) shortest = shorter;
      else from += size;
    }
  }
  return shortest;
}
