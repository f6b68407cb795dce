// A node in a process of its own, to be killed and to run out of space. It follows a bucket into a fold, and
// says what becomes of it.
import { rmSync, statfsSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type WatchEvent, watchApplied } from '@slipstream/core';
import { collect } from '@slipstream/core/testing';
import { connectNats } from '../../src/index.js';
import { durableFolds } from '../support/durable-folds.js';
import type { FollowTask, NodeReport } from '../support/node-process.js';

// Synchronous: what was said before a SIGKILL has been said.
const say = (report: NodeReport): void => void writeSync(1, `${JSON.stringify(report)}\n`);

const { url, bucket, fold, path, leaveFree } = JSON.parse(process.argv.at(-1) ?? '') as FollowTask;
// Ends with the test's process, however that ends.
process.stdin.resume().on('close', () => process.exit(0));

const filler = join(path, '..', 'filler');
const nats = await connectNats({ servers: url });
const source = await nats.bucket(bucket, { create: false });
const directory = { path, [Symbol.asyncDispose]: async () => undefined };
const store = await durableFolds.find(({ name }) => name === fold)?.open(directory);
if (store === undefined) throw new Error(`no fold ${fold}`);
const position = (): number => Number(store.cursor.revision ?? 0);
const sayWhatIsReadable = async (): Promise<void> =>
  say({ type: 'read', cursor: position(), keys: await collect(store.keys('')) });

async function observe(event: WatchEvent): Promise<void> {
  if (event.type !== 'store-retried') return;
  say({ type: 'refused', code: event.error.code });
  if (event.failures !== 3 || leaveFree === undefined) return;
  await sayWhatIsReadable();
  rmSync(filler);
}

say({ type: 'opened', pid: process.pid, cursor: position() });
const watch = watchApplied({
  source,
  store,
  storeRetry: { initialDelayMs: 20, maxDelayMs: 100 },
  apply: (updates) =>
    say({ type: 'applied', revisions: updates.map(({ version }) => Number(version.revision)) }),
  onApplied: () => say({ type: 'cursor', cursor: position() }),
  observer: (event) => void observe(event),
});
watch.done.catch(async (error: { code?: string }) => {
  await sayWhatIsReadable();
  say({ type: 'failed', code: error.code });
});
await watch.ready;
if (leaveFree !== undefined) {
  const { bavail, bsize } = statfsSync(path);
  writeFileSync(filler, new Uint8Array(bavail * bsize - leaveFree));
}
say({ type: 'live' });
