import type { KvStoreMutant } from './kv-store-mutant.js';
import { readerMutants } from './reader.mutants.js';
import { resumeMutants } from './resume.mutants.js';
import { watchMutants } from './watch.mutants.js';
import { watchLifetimeMutants } from './watch-lifetime.mutants.js';
import { writerMutants } from './writer.mutants.js';

/** Broken sources, made of a correct one. */
export const kvStoreMutants: readonly KvStoreMutant[] = [
  ...readerMutants,
  ...writerMutants,
  ...watchMutants,
  ...watchLifetimeMutants,
  ...resumeMutants,
];
