import assert from 'node:assert/strict';
import { rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SlipstreamError, type SnapshotStore } from '@slipstream/core';
import { collect, cursorAt, deleteUpdate, putUpdate, seededRandom } from '@slipstream/core/testing';
import { commitAt, commitsBefore, modelAfter } from '../crash/committed-log.js';
import { FoldChild } from '../crash/fold-child.js';
import { copyOf, digests, filesBelow } from '../crash/fold-copy.js';
import { assertHolds } from '../models/fold-model.js';
import type { SnapshotStoreCase } from './snapshot-store-case.js';
import type { SnapshotStoreContext } from './snapshot-store-context.js';

const DEFAULT_ROUNDS = 10;
const FLIPS = 150;
const MAX_CUTS = 500;
const LONGEST_LIFE_MS = 60;

async function commit(store: SnapshotStore, seed: number, from: number, to: number): Promise<void> {
  for (let index = from; index <= to; index++) {
    const { updates, cursor } = commitAt(seed, index);
    await store.apply(updates, cursor);
  }
}

/** Asserts that the fold is exactly one committed prefix of the log; returns how many commits it holds. */
async function assertCommittedPrefix(store: SnapshotStore, seed: number, when: string): Promise<number> {
  const commits = commitsBefore(store.cursor);
  assert.ok(commits !== undefined, `${when}: the cursor ${store.cursor} is the one of a commit`);
  await assertHolds(store, modelAfter(seed, commits), `${when}, at commit ${commits}`);
  return commits;
}

/** A closed fold with the first `count` commits of the log. */
async function closedFold(context: SnapshotStoreContext, count: number): Promise<AsyncDisposable> {
  const place = await context.location();
  const store = await context.open(place);
  await commit(store, context.run.seed, 1, count);
  await store.close();
  return place;
}

export const durabilityCases: readonly SnapshotStoreCase[] = [
  {
    id: 'durability/reopen',
    guarantee: 'a reopened fold holds the entries and the cursor it was closed with',
    needs: ['durable'],
    async run(context) {
      const place = await context.location();
      const { seed } = context.run;
      for (let round = 0; round < 4; round++) {
        const store = await context.open(place);
        assert.equal(await assertCommittedPrefix(store, seed, 'reopened'), round * 5);
        await commit(store, seed, round * 5 + 1, round * 5 + 5);
        await store.close();
      }
    },
  },
  {
    id: 'durability/deletes',
    guarantee: 'what was deleted stays deleted after reopening',
    needs: ['durable'],
    async run({ open, location }) {
      const place = await location();
      const store = await open(place);
      await store.apply([putUpdate('a', 1), putUpdate('b', 2, ''), putUpdate('c', 3)], cursorAt(3));
      await store.apply([deleteUpdate('a', 4)], cursorAt(4));
      await store.close();
      const reopened = await open(place);
      assert.deepEqual(await collect(reopened.keys('')), ['b', 'c']);
      assert.equal((await reopened.get('b'))?.value.length, 0);
    },
  },
  {
    id: 'durability/kill',
    guarantee:
      'after kill -9 at any instant the fold is one committed prefix, with every acknowledged commit',
    needs: ['durable', 'process'],
    deadlineMs: 300_000,
    async run({ harness, location, run }) {
      const program = harness.process;
      assert.ok(program);
      const random = seededRandom(run.seed);
      const place = await location();
      const task = { path: program.path(place), seed: run.seed, mode: 'commit' } as const;
      let before = 0;
      for (let round = 1; round <= (program.rounds ?? DEFAULT_ROUNDS); round++) {
        await using child = FoldChild.start(program, task);
        await child.opened();
        // Now at a commit, now at any time; the first commit of a process is worth hitting, too.
        if (random() < 0.5) await child.hasCommitted(before + 1 + Math.floor(random() * 20));
        else await new Promise((resolve) => setTimeout(resolve, random() * LONGEST_LIFE_MS));
        await child.kill();
        await using store = await harness.open(place);
        const survived = await assertCommittedPrefix(store, run.seed, `after kill ${round}`);
        assert.ok(
          survived >= child.committed,
          `commit ${child.committed} was acknowledged, ${survived} survived`,
        );
        assert.ok(survived >= before, `commit ${before} survived an earlier kill, now it is ${survived}`);
        before = survived;
      }
    },
  },
  {
    id: 'durability/torn-tail',
    guarantee:
      'truncated at any byte of the last commits, the fold reopens at a whole commit and can be written again',
    needs: ['durable', 'tail'],
    deadlineMs: 300_000,
    async run(context) {
      const { files } = context.harness;
      const { seed } = context.run;
      assert.ok(files?.tail);
      const place = await closedFold(context, 4);
      const directory = files.directory(place);
      const sizeOf = async (tail: string): Promise<number> =>
        (await filesBelow(directory)).get(tail)?.length ?? 0;
      const before = await files.tail(directory);
      const length = await sizeOf(before);
      const store = await context.open(place);
      await commit(store, seed, 5, 7);
      await store.close();
      const tail = await files.tail(directory);
      // Some engines begin a new file at every open.
      const shortest = tail === before ? length : 0;
      const longest = await sizeOf(tail);
      assert.ok(longest > shortest, 'the commits are at the end of the file that the harness names');
      const stride = Math.ceil((longest - shortest) / MAX_CUTS);
      let last = 7;
      for (let size = longest; size >= shortest; size -= stride) {
        await using copy = await copyOf(directory);
        await truncate(join(copy.path, tail), size);
        const torn = await files.openCopy(copy.path);
        const commits = await assertCommittedPrefix(torn, seed, `cut to ${size} of ${longest} bytes`);
        assert.ok(commits <= last && commits >= 4, `cut to ${size} bytes, ${commits} commits are left`);
        if (commits < last) {
          await commit(torn, seed, commits + 1, 9);
          await torn.close();
          await using again: SnapshotStore = await files.openCopy(copy.path);
          assert.equal(await assertCommittedPrefix(again, seed, `going on after a cut to ${size} bytes`), 9);
        }
        last = commits;
        await torn.close();
      }
      assert.equal(last, 4, 'cut before the last commits, they are gone');
    },
  },
  {
    id: 'durability/flipped-bit',
    guarantee: 'a flipped bit is reported or harmless, never served as data; a refused open changes no file',
    needs: ['durable', 'files', 'checksums'],
    deadlineMs: 300_000,
    async run(context) {
      const { files } = context.harness;
      const { seed } = context.run;
      assert.ok(files);
      const random = seededRandom(seed);
      const directory = files.directory(await closedFold(context, 12));
      const intact = [...(await filesBelow(directory))].filter(([, bytes]) => bytes.length > 0);
      const total = intact.reduce((sum, [, bytes]) => sum + bytes.length, 0);
      for (let flip = 0; flip < FLIPS; flip++) {
        let at = Math.floor(random() * total);
        const [path, bytes] = intact.find(([, each]) => {
          if (at < each.length) return true;
          at -= each.length;
          return false;
        }) ?? ['', Buffer.alloc(0)];
        const damaged = Buffer.from(bytes);
        damaged[at] = (damaged[at] ?? 0) ^ (1 << Math.floor(random() * 8));
        await using copy = await copyOf(directory);
        await writeFile(join(copy.path, path), damaged);
        const before = digests(await filesBelow(copy.path));
        const what = `with a bit of byte ${at} of ${path} flipped`;
        try {
          await using store = await files.openCopy(copy.path);
          const commits = await assertCommittedPrefix(store, seed, what);
          // In the last record, damage cannot be distinguished from a torn tail.
          assert.ok(commits >= 11, `${what}, only ${commits} of 12 commits are served`);
        } catch (error) {
          if (!SlipstreamError.is(error)) throw error;
          assert.ok(
            ['CORRUPTED', 'INCOMPATIBLE'].includes(error.code),
            `${what}: ${error.code} ${error.message}`,
          );
          const after = digests(await filesBelow(copy.path));
          for (const [file, digest] of before)
            assert.equal(after.get(file), digest, `${what}: ${file} was changed`);
        }
      }
    },
  },
  {
    id: 'durability/missing-file',
    guarantee: 'a fold that lost a file or its content is refused or complete, never silently re-created',
    needs: ['durable', 'files'],
    deadlineMs: 60_000,
    async run(context) {
      const { files } = context.harness;
      const { seed } = context.run;
      assert.ok(files);
      const directory = files.directory(await closedFold(context, 12));
      const tail = await files.tail?.(directory);
      for (const [path, bytes] of await filesBelow(directory)) {
        // Commits that only its end had are gone with it, as with a power loss.
        if (path === tail) continue;
        for (const damage of bytes.length > 0 ? [rm, truncate] : [rm]) {
          await using copy = await copyOf(directory);
          await damage(join(copy.path, path));
          const what = `${path} ${damage === rm ? 'removed' : 'emptied'}`;
          try {
            await using store = await files.openCopy(copy.path);
            assert.equal(
              await assertCommittedPrefix(store, seed, what),
              12,
              `${what}: commits that are served`,
            );
          } catch (error) {
            if (!SlipstreamError.is(error)) throw error;
            assert.ok(
              ['CORRUPTED', 'INCOMPATIBLE'].includes(error.code),
              `${what}: ${error.code} ${error.message}`,
            );
          }
        }
      }
    },
  },
  {
    id: 'durability/none',
    guarantee: 'a fold that is not durable is empty whenever it is opened',
    needs: ['not-durable'],
    async run({ open, location }) {
      const place = await location();
      const store = await open(place);
      await store.apply([putUpdate('a', 1)], cursorAt(1));
      await store.close();
      const next = await open(place);
      assert.equal(next.cursor.isNone, true);
      assert.deepEqual(await collect(next.keys('')), []);
    },
  },
];
