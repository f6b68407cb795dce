import { all, SlipstreamError } from '@slipstream/core';
import { putUpdate, ScriptedSource } from '@slipstream/core/testing';
import { expect, test } from 'vitest';
import { WatchProbe } from './watch-probe.js';

test('a probe keeps what was delivered, and ends with its watch', async () => {
  const source = new ScriptedSource();
  const probe = new WatchProbe(source, { scope: all() });
  const watch = await source.nextWatch();
  watch.deliver([putUpdate('a', 1)], { pending: 1 });
  watch.deliver([putUpdate('b', 2)]);
  await probe.caughtUp();
  expect(probe.revisions).toEqual([1n, 2n]);
  expect(probe.cursor?.revision).toBe(2n);
  const error = new SlipstreamError('WATCH_FAILED', 'cut');
  watch.fail(error);
  expect(await probe.ended()).toBe(error);
  await expect(probe.delivered(3)).rejects.toBe(error);
});

test('disposing ends a watch that says nothing', async () => {
  const source = new ScriptedSource();
  const probe = new WatchProbe(source, { scope: all() });
  const watch = await source.nextWatch();
  await probe[Symbol.asyncDispose]();
  expect(watch.isReleased).toBe(true);
});
