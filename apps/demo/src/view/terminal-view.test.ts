import { Writable } from 'node:stream';
import type { WriteStream } from 'node:tty';
import { expect, test } from 'vitest';
import { TerminalView } from './terminal-view.js';

const ESCAPE = '\u001b';

function terminal() {
  let written = '';
  const stream = new Writable({
    write(chunk, _, done) {
      written += chunk;
      done();
    },
  });
  const output = Object.assign(stream, { columns: 70, rows: 10 }) as Writable as WriteStream;
  return { output, written: () => written };
}

test('the terminal is given back as it was, with the whole story below', () => {
  const { output, written } = terminal();
  const view = TerminalView.open(output, false);
  view.chapter(1, 2, 'A beginning');
  view.say('something happened');
  const shown = written();
  expect(shown.startsWith(`${ESCAPE}[?1049h${ESCAPE}[?25l`)).toBe(true);
  expect(shown).toContain('something happened');

  view.close();
  view.close();
  const [, after = ''] = written().split(`${ESCAPE}[?25h${ESCAPE}[?1049l`);
  expect(after).toMatch(/── 1\/2 {2}A beginning\n.*something happened\n$/);
  expect(output.listenerCount('resize')).toBe(0);
});

test('a resize is answered with a frame of the new size', () => {
  const { output, written } = terminal();
  const view = TerminalView.open(output, false);
  view.say('x'.repeat(30));
  Object.assign(output, { columns: 20 });
  const before = written().length;
  output.emit('resize');
  view.close();
  expect(written().slice(before)).toContain(`${'x'.repeat(9)}…`);
});

test('the verdict follows the story, on the terminal that was there before', () => {
  const { output, written } = terminal();
  const view = TerminalView.open(output, false);
  view.say('something happened');
  view.conclude([{ holds: false, text: 'nothing was lost' }]);
  expect(written()).toMatch(
    /something happened\n\nPROOF\n {2}✖ nothing was lost\n\nTHE PROOF DOES NOT HOLD: 1 of 1/,
  );
});

test('a terminal that does not know its size is taken for a usual one', () => {
  const { output, written } = terminal();
  Object.assign(output, { columns: 0, rows: 0 });
  const view = TerminalView.open(output, false);
  view.say('something happened');
  expect(written()).toContain('something happened');
  view.conclude([{ holds: true, text: 'nothing was lost' }]);
  expect(written()).toContain('✔ nothing was lost');
});
