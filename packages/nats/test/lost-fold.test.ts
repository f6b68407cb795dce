import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { artifactTools, temporaryDirectory } from '@slipstream/test-kit';
import { expect, test } from 'vitest';
import type { NatsKvStore } from '../src/index.js';
import { type DurableFold, durableFolds } from './support/durable-folds.js';
import { expectCode } from './support/expect-code.js';
import { contentOf, Follower } from './support/follower.js';
import { describeOnServers } from './support/server-series.js';
import { useServer } from './support/test-bucket.js';

const value = (text: string): Uint8Array => new TextEncoder().encode(text);

/** At the front of a file, more than any engine's magic number. */
const BYTES_OF_KIND = 32;

/** Every file of a directory, with its bytes. */
const filesOf = (directory: string): [path: string, bytes: Buffer][] =>
  readdirSync(directory)
    .map((name) => join(directory, name))
    .map((path) => [path, readFileSync(path)]);

describeOnServers('a node whose fold was lost', (series) => {
  const at = useServer(series);

  /** Follows to the head, and tells the updates that this took. */
  async function follow(fold: DurableFold, path: string, bucket: NatsKvStore): Promise<string[]> {
    const createLocation = async () => ({ path, [Symbol.asyncDispose]: async () => undefined });
    await using node = await Follower.open({ ...fold, createLocation });
    await node.start(bucket);
    expect(node.delivered).toBe(node.applied.length);
    const applied = [...node.applied];
    await node.expectEndsEqual(await contentOf(bucket));
    return applied;
  }

  test.each(durableFolds)(
    '$name: damage is CORRUPTED and is left as it is; an artifact brings it back with the delta, an empty folder with everything',
    async (fold) => {
      await using directory = await temporaryDirectory();
      const [path, artifact] = ['fold', 'artifact'].map((name) => join(directory.path, name)) as [
        string,
        string,
      ];
      const bucket = await at.bucket();
      for (const key of ['a', 'b', 'c', 'd']) await bucket.writer.put(key, value('1'));
      expect(await follow(fold, path, bucket)).toHaveLength(4);
      const backend = fold.artifacts?.backend as never;
      const store = await fold.open({ ...directory, path });
      await artifactTools.exportArtifact(store, artifact, { backend, bucket: bucket.name });
      await store.close();
      await bucket.writer.delete('a');
      await bucket.writer.put('c', value('2'));

      // All but what says what kind of file it is: a file of another kind would be INCOMPATIBLE.
      for (const [file, bytes] of filesOf(path)) {
        writeFileSync(
          file,
          bytes.map((byte, index) => (index < BYTES_OF_KIND ? byte : byte ^ 0xff)),
        );
      }
      const damaged = filesOf(path);
      await expectCode(fold.open({ ...directory, path }), 'CORRUPTED');
      expect(filesOf(path)).toEqual(damaged);

      rmSync(path, { recursive: true });
      await artifactTools.importArtifact(backend, artifact, path);
      expect(await follow(fold, path, bucket)).toEqual(['delete a 5', 'put c 6']);

      rmSync(path, { recursive: true });
      expect(await follow(fold, path, bucket)).toEqual(['put b 2', 'put d 4', 'delete a 5', 'put c 6']);
    },
  );
});
