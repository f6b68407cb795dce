import { expect, test } from 'vitest';
import { SlipstreamError } from '../errors/slipstream-error.js';
import { all, prefix } from '../scope/watch-scope.js';
import { collect } from './collect.js';
import { ManualClock, settlePromises } from './manual-clock.js';
import { ScriptedSource } from './scripted-source.js';
import { cursorAt, deleteUpdate, putUpdate } from './updates.js';

const unavailable = new SlipstreamError('UNAVAILABLE', 'gone');

test('a watch attaches at its first pull and yields the script in order', async () => {
  const source = new ScriptedSource();
  const iterator = source.watcher.watch(prefix('a.'), { resume: cursorAt(3) })[Symbol.asyncIterator]();
  expect(source.watches).toHaveLength(0);
  const first = iterator.next();
  const watch = await source.nextWatch();
  expect(String(watch.scope)).toBe('a.*');
  expect(watch.resume?.revision).toBe(3n);
  watch.deliver([putUpdate('a.1', 4)], { pending: 1 });
  watch.deliver([], { cursor: cursorAt(9) });
  expect((await first).value).toMatchObject({ pending: 1, updates: [{ key: 'a.1', kind: 'put' }] });
  expect((await iterator.next()).value?.cursor.revision).toBe(9n);
  expect(watch.pulls).toBe(2);
  watch.fail(unavailable);
  await expect(iterator.next()).rejects.toBe(unavailable);
  expect(source.openWatches).toBe(0);
});

test('an abort ends the pull of a silent watch', async () => {
  const source = new ScriptedSource();
  const controller = new AbortController();
  const pull = source.watcher.watch(all(), { signal: controller.signal })[Symbol.asyncIterator]().next();
  await source.nextWatch();
  controller.abort();
  await expect(pull).rejects.toMatchObject({ code: 'ABORTED' });
});

test('leaving the loop releases the watch', async () => {
  const source = new ScriptedSource({ onAttach: (watch) => watch.deliver([putUpdate('a', 1)]) });
  for await (const chunk of source.watcher.watch(all())) {
    expect(chunk.updates).toHaveLength(1);
    break;
  }
  expect(source.watches[0]?.isReleased).toBe(true);
});

test('reads answer from the contents, hide markers, and are recorded', async () => {
  const source = new ScriptedSource();
  source.fill([putUpdate('a.1', 1), putUpdate('b.1', 2), deleteUpdate('a.2', 3)]);
  expect(await collect(source.reader.keys('a.'))).toEqual(['a.1']);
  expect(await source.reader.get('a.2')).toBeUndefined();
  expect((await source.reader.entry('a.2'))?.kind).toBe('delete');
  expect((await source.status()).lastRevision).toBe(3n);
  expect(source.requests.map(({ operation, argument }) => `${operation} ${argument}`.trim())).toEqual([
    'keys a.',
    'get a.2',
    'entry a.2',
    'status',
  ]);
});

test('a request fails or hangs on command, once', async () => {
  const source = new ScriptedSource();
  source.failNext('watch', unavailable);
  const attach = () => source.watcher.watch(all())[Symbol.asyncIterator]().next();
  await expect(attach()).rejects.toBe(unavailable);
  expect(source.watches).toHaveLength(0);

  source.hangNext('entry');
  const controller = new AbortController();
  const hanging = source.reader.entry('a', { signal: controller.signal });
  let settled = false;
  hanging.then(undefined, () => {
    settled = true;
  });
  await new ManualClock().advance(3_600_000);
  expect(settled).toBe(false);
  controller.abort();
  await expect(hanging).rejects.toMatchObject({ code: 'ABORTED' });
  expect(await source.reader.entry('a')).toBeUndefined();
});

test('closing fails what is attached and what comes after with CLOSED', async () => {
  const source = new ScriptedSource();
  const pull = source.watcher.watch(all())[Symbol.asyncIterator]().next();
  await settlePromises();
  await source.close();
  await expect(pull).rejects.toMatchObject({ code: 'CLOSED' });
  await expect(source.reader.get('a')).rejects.toMatchObject({ code: 'CLOSED' });
});
