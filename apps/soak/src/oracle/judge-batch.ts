import type { Ledger } from './ledger.js';

/**
 * Says what is wrong with the members of an atomic batch as one state of a fold has them: the last batch of all of
 * them is there as a whole, or not at all. (Of an earlier one, the log may have kept a part.)
 *
 * @param members - The keys that are always written together, as far as the fold follows them.
 * @param held - The values that it has of them.
 */
export function judgeBatch(
  members: readonly string[],
  held: ReadonlyMap<string, string>,
  ledger: Ledger,
): string | undefined {
  const lines = members.map((key) => ledger.certain(key));
  const batch = lines[0]?.batch;
  const value = lines[0]?.value;
  if (batch === undefined || value === undefined) return undefined;
  if (!lines.every((line) => line?.batch === batch)) return undefined;
  const arrived = members.filter((key) => held.get(key) === value);
  if (arrived.length === 0 || arrived.length === members.length) return undefined;
  return `of batch ${batch} it has ${arrived.join(', ')} without the rest of ${members.join(', ')}`;
}
