/** A prefix that some nodes follow alone. */
export const SCOPED_PREFIX = 'a.';
/** Written at each checkpoint; in scope of every node. */
export const CHECKPOINT_KEY: string = `${SCOPED_PREFIX}checkpoint`;
/** What values begin with that expire. */
export const EXPIRING = 'expires:';

const PREFIXES = [SCOPED_PREFIX, 'b.', 'c.'] as const;
const GROUPS = 12;
const GROUP_KEYS = 4;

/** Keys that are always written together. */
export interface KeyGroup {
  /** What they, and no others, begin with. */
  readonly prefix: string;
  readonly keys: readonly string[];
}

/** The keys that are written one by one. */
export function singleKeys(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${PREFIXES[index % PREFIXES.length]}key-${index}`);
}

/** The keys that are written in atomic batches. All are in scope of every node, so that each sees whole ones. */
export function keyGroups(): KeyGroup[] {
  return Array.from({ length: GROUPS }, (_, group) => {
    const prefix = `${SCOPED_PREFIX}group-${group}.`;
    return { prefix, keys: Array.from({ length: GROUP_KEYS }, (__, index) => `${prefix}${index}`) };
  });
}
