import { type HeapProfiler, Session } from 'node:inspector/promises';

/** Between two samples, in bytes: of some megabytes, hundreds are taken, which is right within a tenth. */
const SAMPLE_BYTES = 4_096;

/**
 * How many bytes of JavaScript's heap are allocated while `work` runs, garbage included. Counted by V8 in samples,
 * not timed. Values outside of the heap, such as those of byte arrays, are not in it.
 */
export async function allocatedBytes(work: () => Promise<void>): Promise<number> {
  const session = new Session();
  session.connect();
  try {
    await session.post('HeapProfiler.startSampling', {
      samplingInterval: SAMPLE_BYTES,
      includeObjectsCollectedByMajorGC: true,
      includeObjectsCollectedByMinorGC: true,
    });
    await work();
    const { profile } = await session.post('HeapProfiler.stopSampling');
    return bytesBelow(profile.head);
  } finally {
    session.disconnect();
  }
}

function bytesBelow({ selfSize, children }: HeapProfiler.SamplingHeapProfileNode): number {
  return children.reduce((sum, child) => sum + bytesBelow(child), selfSize);
}
