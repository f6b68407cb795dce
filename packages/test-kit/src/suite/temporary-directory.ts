import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeAtExit } from './directory-guard.js';

/** A directory that a test may write to; disposing removes it with everything in it, and so does the end of the process. */
export interface TemporaryDirectory extends AsyncDisposable {
  readonly path: string;
}

/**
 * Creates an empty directory under the system's temporary one. It is alone in its parent, so what a test makes
 * beside it is seen there, and removed with it.
 */
export async function temporaryDirectory(): Promise<TemporaryDirectory> {
  const parent = await mkdtemp(join(tmpdir(), 'slipstream-test-'));
  removeAtExit(parent);
  const path = join(parent, 'place');
  await mkdir(path);
  return {
    path,
    [Symbol.asyncDispose]: () => rm(parent, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** The location of something that has none: every call gives a new, empty one. */
export async function noLocation(): Promise<AsyncDisposable> {
  return { [Symbol.asyncDispose]: async () => undefined };
}
