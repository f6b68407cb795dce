import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { seededRandom } from '@slipstream/core/testing';
import { type TemporaryDirectory, temporaryDirectory } from '@slipstream/test-kit';
import { describe, expect, test } from 'vitest';
import { durableFoldsFor } from './support/durable-folds.js';
import { NodeProcess } from './support/node-process.js';
import { describeOnServers } from './support/server-series.js';
import { useServer } from './support/test-bucket.js';
import { WrittenHistory } from './support/written-history.js';

const KIB = 1024;
const TIMEOUT_MS = 90_000;
/** Attempts to commit a batch before the watch gives up. */
const ATTEMPTS = 16;
/** In blocks of 512 bytes, or of 1 KiB, as the shell has it. */
const LARGEST_FILE_BLOCKS = 512;
/** More than any file may have. */
const TOO_LARGE = 900 * KIB;

// A mount of the process's own: no other process sees it, and it goes with the process, however that ends.
const OWN_MOUNTS = process.getuid?.() === 0 ? 'unshare -m' : 'unshare --user --map-root-user -m';
const DISK_MIB = 32;
const mountAndRun = (disk: string, then: string): string =>
  `exec ${OWN_MOUNTS} sh -c 'mount -t tmpfs -o size=${DISK_MIB}m tmpfs "${disk}" && ${then}' sh "$@"`;
const canMount =
  spawnSync('sh', ['-c', mountAndRun(tmpdir(), 'exec "$@"'), 'sh', 'true'], { stdio: 'ignore' }).status === 0;

const random = seededRandom(1);
/** Of no pattern, as engines may compress. */
const bytes = (length: number): Uint8Array => new Uint8Array(length).map(() => random() * 256);

const located = (path: string): TemporaryDirectory => ({
  path,
  [Symbol.asyncDispose]: async () => undefined,
});

describeOnServers('a node whose disk is full', (series) => {
  const at = useServer(series);
  const folds = durableFoldsFor(series.series);

  async function bucketWithSomething(): Promise<WrittenHistory> {
    const history = new WrittenHistory(await at.bucket({ config: { history: 64 } }));
    for (const key of ['a', 'b', 'c', 'd']) await history.put(key, bytes(100));
    await history.delete('b');
    return history;
  }

  describe.skipIf(process.platform === 'win32')('where a file cannot grow (EFBIG)', () => {
    test.each(folds)(
      '$name: tries again, ends with STORE_FAILED, stays readable, and continues without a gap when restarted',
      async (fold) => {
        const history = await bucketWithSomething();
        await using directory = await temporaryDirectory();
        const task = {
          url: at.server.url,
          bucket: history.bucket.name,
          fold: fold.name,
          path: join(directory.path, 'fold'),
        };
        await using node = NodeProcess.start(task, `ulimit -f ${LARGEST_FILE_BLOCKS}; exec "$@"`);
        await node.until(() => node.cursor === history.head, 'the node is live');
        const committed = history.head;
        await history.put('large', bytes(TOO_LARGE));
        await history.delete('a');
        await history.put('c', bytes(100));
        await node.until(() => node.said('failed').length > 0, 'the node gives up');
        expect(node.said('failed')[0]?.code).toBe('STORE_FAILED');
        expect(node.said('refused').map(({ code }) => code)).toEqual(
          Array(ATTEMPTS - 1).fill('STORE_FAILED'),
        );
        expect(node.said('read')).toEqual([
          { type: 'read', cursor: committed, keys: history.keysAt(committed) },
        ]);
        expect(node.cursor).toBe(committed);
        await node.kill();
        expect(await history.expectPrefix(fold, located(task.path))).toBe(committed);

        await using restarted = NodeProcess.start(task);
        await restarted.until(() => restarted.cursor === history.head, 'the node that has room to be live');
        await restarted.kill();
        expect(restarted.applied).toEqual([6, 7, 8]);
        expect(await history.expectPrefix(fold, located(task.path))).toBe(history.head);
      },
      TIMEOUT_MS,
    );
  });

  describe.skipIf(!canMount)(
    `where nothing is left (ENOSPC)${canMount ? '' : ' (skipped: this user cannot mount a tmpfs)'}`,
    () => {
      const copied = 'copy/fold';
      const DISK = 'disk';

      /** A node with a disk of its own, which it fills. The disk goes with it, and is copied before. */
      function onFullDisk(fold: string, bucket: string, { path }: TemporaryDirectory): NodeProcess {
        const [disk, copy] = [join(path, DISK), dirname(join(path, copied))];
        for (const folder of [disk, copy]) mkdirSync(folder);
        const task = { url: at.server.url, bucket, fold, path: join(disk, 'fold'), leaveFree: 2 * KIB * KIB };
        return NodeProcess.start(task, mountAndRun(disk, `"$@"; cp -R "${task.path}" "${copy}"`));
      }

      async function writeMoreThanFits(history: WrittenHistory): Promise<void> {
        for (let count = 0; count < 40; count++) {
          await history.put(`large.${count}`, bytes(100 * KIB));
          if (count % 10 === 0) await history.delete(`large.${count}`);
        }
        await history.delete('a');
      }

      /** Everything after what was there when the node began: `b` was deleted by then. */
      const allRevisions = ({ head }: WrittenHistory): number[] =>
        Array.from({ length: head }, (_, index) => index + 1).filter((revision) => revision !== 2);

      function expectRefusals(node: NodeProcess, history: WrittenHistory): void {
        expect(new Set(node.said('refused').map(({ code }) => code))).toEqual(new Set(['STORE_FAILED']));
        for (const { cursor, keys } of node.said('read')) {
          expect(cursor).toBeLessThan(history.head);
          expect(keys).toEqual(history.keysAt(cursor));
        }
      }

      test.each(folds.filter(({ name }) => name !== 'level'))(
        '$name: tries until there is room, serves what it had meanwhile, and continues without a gap',
        async (fold) => {
          const history = await bucketWithSomething();
          await using directory = await temporaryDirectory();
          await using node = onFullDisk(fold.name, history.bucket.name, directory);
          await node.until(() => node.said('live').length > 0, 'the node is live');
          await writeMoreThanFits(history);
          await node.until(() => node.cursor === history.head, 'the node has room again and is at the head');
          expectRefusals(node, history);
          expect(node.said('refused').length).toBeGreaterThanOrEqual(3);
          expect(node.said('read')).toHaveLength(1);
          expect(node.applied).toEqual(allRevisions(history));
          await node.kill();
          expect(await history.expectPrefix(fold, located(join(directory.path, copied)))).toBe(history.head);
        },
        TIMEOUT_MS,
      );

      // After it has failed to write a table, LevelDB takes nothing more until it is opened again.
      test.each(folds.filter(({ name }) => name === 'level'))(
        '$name: ends with STORE_FAILED, serves what it had, and continues without a gap when reopened',
        async (fold) => {
          const history = await bucketWithSomething();
          await using directory = await temporaryDirectory();
          await using node = onFullDisk(fold.name, history.bucket.name, directory);
          await node.until(() => node.said('live').length > 0, 'the node is live');
          await writeMoreThanFits(history);
          await node.until(() => node.said('failed').length > 0, 'the node gives up');
          expectRefusals(node, history);
          expect(node.said('failed')[0]?.code).toBe('STORE_FAILED');
          expect(node.said('read')).toHaveLength(2);
          await node.kill();
          const path = join(directory.path, copied);
          const survived = await history.expectPrefix(fold, located(path));
          expect(survived).toBe(node.cursor);

          const task = { url: at.server.url, bucket: history.bucket.name, fold: fold.name, path };
          await using restarted = NodeProcess.start(task);
          await restarted.until(
            () => restarted.cursor === history.head,
            'the node that has room is at the head',
          );
          await restarted.kill();
          expect(restarted.applied).toEqual(allRevisions(history).filter((revision) => revision > survived));
          expect(await history.expectPrefix(fold, located(path))).toBe(history.head);
        },
        TIMEOUT_MS,
      );
    },
  );
});
