// The parts of LMDB's file format (data version 2, as `lmdb` 3 writes it) that say where a database ends. A
// page begins with 24 bytes: number, transaction, two bytes unused, flags, and for a page of the tree where
// its list of nodes ends. All numbers are little-endian on the machines that `lmdb` has binaries for.

const HEADER_BYTES = 24;
const FLAGS_AT = 18;
const LIST_LENGTH_AT = 20;
const BRANCH = 0x01;
const LEAF = 0x02;
const META = 0x08;
const NODE_HEADER_BYTES = 8;
const HAS_OVERFLOW = 0x01;
const MAGIC = 0xbeefc0de;
/** The root of a tree without pages. */
const NO_PAGE = 0xffff_ffff_ffff_ffffn;

/** What one commit left, as a meta page has it. */
export interface CommitMeta {
  readonly transaction: bigint;
  readonly pageBytes: number;
  /** The last page of the file; the last ones may be free, and then missing. */
  readonly lastPage: bigint;
  /** Of the tree of free pages, and that of entries. */
  readonly roots: readonly bigint[];
}

/** The bytes of a page that a meta is in. */
export const META_BYTES: number = HEADER_BYTES + 144;

/** Whether a file that begins with these bytes is a database. */
export function isDatabase(start: Buffer): boolean {
  return (start.readUInt16LE(FLAGS_AT) & META) !== 0 && start.readUInt32LE(HEADER_BYTES) === MAGIC;
}

/** The meta in a page, or in the second half of the first one; `undefined`: nothing was committed there. */
export function readCommitMeta(page: Buffer): CommitMeta | undefined {
  const meta = page.subarray(HEADER_BYTES);
  const transaction = meta.readBigUInt64LE(128);
  if (transaction === 0n) return undefined;
  return {
    transaction,
    pageBytes: meta.readUInt32LE(24),
    lastPage: meta.readBigUInt64LE(120),
    roots: [meta.readBigUInt64LE(64), meta.readBigUInt64LE(112)].filter((root) => root !== NO_PAGE),
  };
}

/** A run of pages that another page refers to. */
export interface PageReference {
  readonly first: bigint;
  readonly count: bigint;
  /** Whether the pages are part of the tree; others hold a large value. */
  readonly isTree: boolean;
}

/** What a page of a tree refers to; `undefined` when it is not a tree page, or a node lies outside it. */
export function referencesOf(page: Buffer): PageReference[] | undefined {
  const flags = page.readUInt16LE(FLAGS_AT);
  const listEnd = HEADER_BYTES + page.readUInt16LE(LIST_LENGTH_AT);
  if ((flags & (BRANCH | LEAF)) === 0 || listEnd > page.length) return undefined;
  const references: PageReference[] = [];
  for (let at = HEADER_BYTES; at < listEnd; at += 2) {
    const node = HEADER_BYTES + page.readUInt16LE(at);
    const data = node + NODE_HEADER_BYTES;
    if (data > page.length) return undefined;
    if ((flags & BRANCH) !== 0) {
      references.push({ first: BigInt(page.readUIntLE(node, 6)), count: 1n, isTree: true });
    } else if ((page.readUInt16LE(node + 4) & HAS_OVERFLOW) !== 0) {
      const overflow = data + page.readUInt16LE(node + 6);
      if (overflow + 24 > page.length) return undefined;
      const first = page.readBigUInt64LE(overflow);
      references.push({ first, count: page.readBigUInt64LE(overflow + 16), isTree: false });
    }
  }
  return references;
}
