import type { WriteStream } from 'node:tty';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openNarrator } from './open-narrator.js';
import { PlainLog } from './plain-log.js';
import { TerminalView } from './terminal-view.js';

beforeEach(() => void vi.stubEnv('TERM', 'xterm-256color'));
afterEach(() => void vi.unstubAllEnvs());

function open(output: { readonly isTTY: boolean }, plain = false): unknown {
  const terminal = {
    columns: 80,
    rows: 24,
    hasColors: () => false,
    write: vi.fn(),
    on: vi.fn(),
    off: vi.fn(),
  };
  const narrator = openNarrator({ ...terminal, ...output } as unknown as WriteStream, plain);
  narrator.close();
  return narrator;
}

test('a terminal gets a view; what is none gets a log, and so does who asked for one', () => {
  expect(open({ isTTY: true })).toBeInstanceOf(TerminalView);
  expect(open({ isTTY: false })).toBeInstanceOf(PlainLog);
  expect(open({ isTTY: true }, true)).toBeInstanceOf(PlainLog);
});

test('a terminal that cannot redraw gets a log', () => {
  vi.stubEnv('TERM', 'dumb');
  expect(open({ isTTY: true })).toBeInstanceOf(PlainLog);
});
