import { bytesEqual } from '../bytes.js';
import type { KvEntry } from '../kv/kv-entry.js';
import type { KvReader } from '../kv/kv-reader.js';
import type { WatchScope } from '../scope/watch-scope.js';
import type { FoldAtRest } from './fold-at-rest.js';

// Pages keep both sides' memory, and the pauses of a followed fold, small.
const PAGE_ENTRIES = 512;
const PAGE_BYTES = 4 * 1024 * 1024;
/** Names of the fold held at a time; a larger fold takes a listing of the source for each part. */
const PART_NAMES = 100_000;

/** What is compared. */
export interface CandidateInput {
  readonly reader: KvReader;
  readonly atRest: FoldAtRest;
  readonly scope: WatchScope;
  readonly values: boolean;
  readonly signal: AbortSignal | undefined;
}

/** Keys of the source's live entries that the fold does not have in the same way, a page at a time. */
export async function* differingKeys(
  input: CandidateInput,
  onCompared: (entries: number) => void,
): AsyncGenerator<readonly string[], void, undefined> {
  for await (const page of pagesOf(input)) {
    const keys = page.map(({ key }) => key);
    const held = await input.atRest((fold) => fold.getMany(keys));
    onCompared(page.length);
    yield page.filter((entry, index) => !isSame(entry, held[index], input.values)).map(({ key }) => key);
  }
}

/** Keys of the fold that a listing of the source does not have, a page at a time. */
export async function* unlistedKeys(
  input: CandidateInput,
): AsyncGenerator<readonly string[], void, undefined> {
  const { reader, scope, signal } = input;
  for (const prefix of scope.prefixes) {
    for await (const names of partsOf(input, prefix)) {
      for await (const key of reader.keys(prefix, { signal })) names.delete(key);
      const unlisted = [...names];
      for (let from = 0; from < unlisted.length; from += PAGE_ENTRIES) {
        yield unlisted.slice(from, from + PAGE_ENTRIES);
      }
    }
  }
}

function isSame(entry: KvEntry, held: KvEntry | undefined, values: boolean): boolean {
  if (held === undefined || !held.version.equals(entry.version)) return false;
  return !values || bytesEqual(held.value, entry.value);
}

async function* pagesOf(input: CandidateInput): AsyncGenerator<readonly KvEntry[], void, undefined> {
  const { reader, scope, signal } = input;
  let page: KvEntry[] = [];
  let bytes = 0;
  for (const prefix of scope.prefixes) {
    for await (const entry of reader.scan(prefix, { signal })) {
      page.push(entry);
      bytes += entry.value.byteLength;
      if (page.length < PAGE_ENTRIES && bytes < PAGE_BYTES) continue;
      yield page;
      page = [];
      bytes = 0;
    }
  }
  if (page.length > 0) yield page;
}

/** The names in the fold, in parts; the fold may change between two pages of them. */
async function* partsOf(
  { atRest }: CandidateInput,
  prefix: string,
): AsyncGenerator<Set<string>, void, undefined> {
  let names = new Set<string>();
  let after: string | undefined;
  for (;;) {
    const page = await atRest(async (fold) => {
      const keys: string[] = [];
      for await (const key of fold.keys(prefix, { after, limit: PAGE_ENTRIES })) keys.push(key);
      return keys;
    });
    for (const key of page) names.add(key);
    after = page.at(-1);
    if (after === undefined || names.size >= PART_NAMES) {
      if (names.size > 0) yield names;
      names = new Set();
    }
    if (after === undefined) return;
  }
}
