import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Interruption } from './interruption.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const exit = vi.spyOn(process, 'exit');
let before: ReadonlyMap<string, readonly unknown[]>;

beforeEach(() => {
  exit.mockReset().mockImplementation(() => undefined as never);
  before = new Map(SIGNALS.map((signal) => [signal, process.listeners(signal)]));
});

afterEach(() => {
  for (const signal of SIGNALS) {
    for (const listener of process.listeners(signal)) {
      if (!before.get(signal)?.includes(listener)) process.off(signal, listener);
    }
  }
});

test('the first signal is a wish to end, with the exit code that a shell expects', () => {
  const interruption = Interruption.listen();
  process.emit('SIGTERM');
  expect(interruption.signal.aborted).toBe(true);
  expect(interruption.exitCode).toBe(143);
});

test('a terminal that is closed says so more than once, and keeps nothing from ending in order', () => {
  const interruption = Interruption.listen();
  for (const signal of ['SIGHUP', 'SIGHUP', 'SIGTERM'] as const) process.emit(signal);
  expect(exit).not.toHaveBeenCalled();
  expect(interruption.exitCode).toBe(129);
});

test('a second SIGINT ends the process at once', () => {
  Interruption.listen();
  process.emit('SIGINT');
  process.emit('SIGINT');
  expect(exit).toHaveBeenCalledWith(130);
});
