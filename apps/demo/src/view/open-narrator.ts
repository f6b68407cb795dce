import type { WriteStream } from 'node:tty';
import type { Narrator } from './narrator.js';
import { PlainLog } from './plain-log.js';
import { TerminalView } from './terminal-view.js';

/** A view for a terminal that can redraw, a log for everything else, or when asked for. */
export function openNarrator(output: WriteStream, plain: boolean): Narrator {
  if (plain || !output.isTTY || process.env['TERM'] === 'dumb') return new PlainLog(output);
  return TerminalView.open(output, output.hasColors());
}
