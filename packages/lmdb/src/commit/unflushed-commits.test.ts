import { expect, test } from 'vitest';
import { UnflushedCommits } from './unflushed-commits.js';

/** A commit that is flushed, or fails, when the test says so. */
function commit() {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  return { write: () => promise, flushed: resolve, failed: reject };
}

test('a commit is done when readers see it, before it is flushed', async () => {
  const commits = new UnflushedCommits();
  let looks = 0;
  await commits.run(commit().write, () => {
    looks += 1;
    return looks === 30;
  });
  expect(looks).toBe(30);
});

test('a commit that cannot be looked up is done when it is flushed', async () => {
  const commits = new UnflushedCommits();
  const { write, flushed } = commit();
  const done = commits.run(write, () => false);
  flushed();
  await expect(done).resolves.toBeUndefined();
});

test('a commit that fails before it is seen rejects, and the next one does not', async () => {
  const commits = new UnflushedCommits();
  const { write, failed } = commit();
  const done = commits.run(write, () => false);
  failed(new Error('disk full'));
  await expect(done).rejects.toThrow('disk full');
  await expect(commits.run(commit().write, () => true)).resolves.toBeUndefined();
});

test('a flush that fails after the commit was visible rejects the next one, which writes nothing', async () => {
  const commits = new UnflushedCommits();
  const { write, failed } = commit();
  await commits.run(write, () => true);
  failed(new Error('input/output error'));
  await new Promise(setImmediate);
  let isWritten = false;
  const next = async (): Promise<void> => {
    isWritten = true;
  };
  await expect(commits.run(next, () => isWritten)).rejects.toThrow('input/output error');
  expect(isWritten).toBe(false);
  await commits.run(next, () => isWritten);
  expect(isWritten).toBe(true);
});

test('of two commits that fail together, one is reported', async () => {
  const commits = new UnflushedCommits();
  const [seen, next] = [commit(), commit()];
  await commits.run(seen.write, () => true);
  const done = commits.run(next.write, () => false);
  next.failed(new Error('disk full'));
  seen.failed(new Error('disk full'));
  await expect(done).rejects.toThrow('disk full');
  await expect(commits.run(commit().write, () => true)).resolves.toBeUndefined();
});
