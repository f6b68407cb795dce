// The program that the durability cases kill. It opens a fold by the harness's module, says so, and then
// either holds it or applies one commit after the other, saying so after each.
import { writeSync } from 'node:fs';
import type { SnapshotStore } from '@slipstream/core';
import { SlipstreamError } from '@slipstream/core';
import { commitAt, commitsBefore } from './committed-log.js';
import type { FoldChildTask } from './fold-child.js';

// Synchronous: what was said before a SIGKILL has been said.
const say = (line: string): void => void writeSync(1, `${line}\n`);

async function work({ module, path, seed, mode }: FoldChildTask): Promise<void> {
  const { open } = (await import(module)) as { open(path: string): Promise<SnapshotStore> };
  const store = await open(path);
  say('opened');
  if (mode === 'hold') return;
  for (let index = (commitsBefore(store.cursor) ?? 0) + 1; ; index++) {
    const { updates, cursor } = commitAt(seed, index);
    await store.apply(updates, cursor);
    say(`committed ${index}`);
  }
}

// Ends with the test's process, however that ends; until then the pipe keeps this one alive.
process.stdin.resume().on('close', () => process.exit(0));
work(JSON.parse(process.argv.at(-1) ?? '') as FoldChildTask).catch((error: unknown) => {
  say(`failed ${SlipstreamError.is(error) ? error.code : 'UNKNOWN'} ${String(error)}`);
  process.exit(1);
});
