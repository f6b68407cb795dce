import type { Member } from '../workspace/packages.ts';

/** What one rule has to say against the repository, as lines like `packages/log/README.md: is missing`. */
export type Rule = (repository: Repository) => Iterable<string>;

/** What the rules look at. */
export interface Repository {
  readonly root: string;
  readonly members: readonly Member[];
}

/** How a problem names a member's file. */
export function placeOf({ group, folder }: Member, file: string): string {
  return `${group}/${folder}/${file}`;
}
