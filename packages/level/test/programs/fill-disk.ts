import { SlipstreamError } from '@slipstream/core';
import { cursorAt, putUpdate } from '@slipstream/core/testing';
import { LevelSnapshotStore } from '../../src/index.js';

// Commits under a file size limit until a commit fails, then makes a small one. Reports what happened to each, and ends
// without closing.
const [, , path = ''] = process.argv;
const store = await LevelSnapshotStore.open({ path });
const value = new Uint8Array(30_000).fill(7);

let committed = 0;
for (; committed < 1_000; committed++) {
  const number = committed + 1;
  try {
    await store.apply([putUpdate(`k.${number}`, number, value)], cursorAt(number));
  } catch (error) {
    process.stdout.write(`${SlipstreamError.is(error) ? error.code : String(error)}\n`);
    break;
  }
}
process.stdout.write(`${committed}\n`);
for (let more = 0; more < 20; more++) {
  const number = committed + 1;
  await store.apply([putUpdate(`k.${number}`, number, value)], cursorAt(number));
  committed += 1;
}
process.stdout.write(`${committed}\n`);
process.kill(process.pid, 'SIGKILL');
