import type { ConformanceCase, Requirement } from '../suite/conformance-case.js';
import type { KvStoreContext } from './kv-store-context.js';
import type { KvStoreHarness, TestBucketOptions } from './kv-store-harness.js';

/** What a case of the KvStore suite can need. */
export type KvStoreNeed =
  | 'watch'
  | 'no-watch'
  | 'write'
  | 'no-write'
  | 'purge'
  | 'no-purge'
  | 'ttl'
  | 'no-ttl'
  | 'bookmarks'
  | 'no-bookmarks'
  | 'epochs'
  | 'history'
  | 'max-bytes'
  | 'discard'
  | 'max-age'
  | 'max-value-bytes'
  | 'request-timeout'
  | 'known-keys'
  | 'second-handle'
  | 'metered'
  | 'recreate'
  | 'evict'
  | 'remove-markers'
  | 'count-consumers'
  | 'silence';

export type KvStoreCase = ConformanceCase<KvStoreContext, KvStoreNeed>;

const declared = (
  capability: keyof KvStoreHarness['capabilities'],
  reason: string,
): Requirement<KvStoreHarness> => ({ isMet: ({ capabilities }) => capabilities[capability], reason });

const undeclared = (
  capability: keyof KvStoreHarness['capabilities'],
  reason: string,
): Requirement<KvStoreHarness> => ({ isMet: ({ capabilities }) => !capabilities[capability], reason });

const option = (name: keyof TestBucketOptions): Requirement<KvStoreHarness> => ({
  isMet: ({ supports }) => supports.includes(name),
  reason: `the harness cannot make a bucket with ${name}`,
});

const hook = (
  name:
    | 'openHandle'
    | 'openMetered'
    | 'recreate'
    | 'evictBefore'
    | 'removeMarkers'
    | 'countConsumers'
    | 'silence',
  reason: string,
): Requirement<KvStoreHarness> => ({ isMet: (harness) => harness[name] !== undefined, reason });

export const kvStoreRequirements: Readonly<Record<KvStoreNeed, Requirement<KvStoreHarness>>> = {
  watch: declared('watch', 'the source cannot be watched'),
  'no-watch': undeclared('watch', 'the source can be watched'),
  write: declared('write', 'the source cannot be written'),
  'no-write': undeclared('write', 'the source can be written'),
  purge: declared('purge', 'the source cannot purge'),
  'no-purge': undeclared('purge', 'the source can purge'),
  // A bucket made for it may have what one made without options has not.
  ttl: {
    isMet: ({ capabilities, supports }) => capabilities.ttl || supports.includes('markerTtlMs'),
    reason: 'entries of the source cannot expire',
  },
  'no-ttl': undeclared('ttl', 'entries of the source can expire'),
  bookmarks: declared('bookmarks', 'the source has no bookmarks'),
  'no-bookmarks': undeclared('bookmarks', 'the source has bookmarks'),
  epochs: declared('epochs', 'the source has no epochs'),
  history: option('history'),
  'max-bytes': option('maxBytes'),
  discard: option('discard'),
  'max-age': option('maxAgeMs'),
  'max-value-bytes': option('maxValueBytes'),
  'request-timeout': option('requestTimeoutMs'),
  'known-keys': {
    isMet: ({ knownKeys = false }) => knownKeys,
    reason: 'the source has no listing of all known keys',
  },
  'second-handle': hook('openHandle', 'the harness opens no second handle'),
  metered: hook('openMetered', 'the harness does not count what the server sends'),
  recreate: hook('recreate', 'the harness cannot re-create a bucket'),
  evict: hook('evictBefore', 'the harness cannot evict'),
  'remove-markers': hook('removeMarkers', 'the harness cannot remove markers'),
  'count-consumers': hook('countConsumers', 'the harness cannot count consumers'),
  silence: hook('silence', 'the harness cannot silence the server'),
};
