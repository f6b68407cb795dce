import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A place that a test may write to; disposing removes it with everything in it. */
export interface TemporaryDirectory extends AsyncDisposable {
  readonly path: string;
}

/** Creates an empty directory under the system's temporary one. */
export async function temporaryDirectory(): Promise<TemporaryDirectory> {
  const path = await mkdtemp(join(tmpdir(), 'slipstream-test-'));
  return {
    path,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** The location of something that has none: every call gives a new, empty one. */
export async function noLocation(): Promise<AsyncDisposable> {
  return { [Symbol.asyncDispose]: async () => undefined };
}
