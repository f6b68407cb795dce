import { afterEach, expect, test, vi } from 'vitest';
import { notify } from './notify.js';

afterEach(() => vi.unstubAllGlobals());

test('what an observer throws surfaces as an uncaught error of its own, and the caller goes on', () => {
  const tasks: (() => void)[] = [];
  vi.stubGlobal('queueMicrotask', (task: () => void) => tasks.push(task));
  const broken = new Error('logger down');
  notify(() => {
    throw broken;
  }, 'event');
  expect(tasks).toHaveLength(1);
  expect(tasks[0]).toThrow(broken);
});

test('without an observer nothing happens', () => {
  expect(() => notify(undefined, 'event')).not.toThrow();
});
