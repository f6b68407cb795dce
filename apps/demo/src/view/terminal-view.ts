import type { WriteStream } from 'node:tty';
import type { Claim } from '../verdict/claim.js';
import type { Board } from './board.js';
import { layOutFrame, type Scene, type ScreenSize } from './frame.js';
import type { Narrator } from './narrator.js';
import { chapterText, formatStoryLine, type StoryLine } from './story.js';
import { render } from './styled-text.js';
import { verdictText } from './verdict-text.js';

const FRAME_INTERVAL_MS = 100;
/** Of a terminal that does not know its size, and says 0. */
const USUAL_SIZE: ScreenSize = { columns: 80, rows: 24 };

// A screen of its own, so that what was on the terminal is still there afterwards.
const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';
// A terminal that knows these shows a frame at once, others ignore them.
const BEGIN_FRAME = '\u001b[?2026h\u001b[H';
const END_FRAME = '\u001b[?2026l';
const CLEAR_LINE_END = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

/** Shows the story on a terminal, redrawn in place. */
export class TerminalView implements Narrator {
  readonly #terminal: WriteStream;
  readonly #color: boolean;
  readonly #startedAt = performance.now();
  readonly #story: StoryLine[] = [];
  #chapter: Scene['chapter'];
  #board: (() => Board) | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #draw = (): void => this.#drawFrame();
  readonly #leave = (): void => void this.#terminal.write(LEAVE);

  private constructor(terminal: WriteStream, color: boolean) {
    this.#terminal = terminal;
    this.#color = color;
  }

  static open(terminal: WriteStream, color: boolean): TerminalView {
    const view = new TerminalView(terminal, color);
    terminal.write(ENTER);
    terminal.on('resize', view.#draw);
    process.on('exit', view.#leave);
    view.#timer = setInterval(view.#draw, FRAME_INTERVAL_MS);
    return view;
  }

  chapter(number: number, total: number, title: string): void {
    this.#chapter = { number, total, title };
    this.#tell('chapter', chapterText(number, total, title));
  }

  say(text: string): void {
    this.#tell('event', text);
  }

  follow(board: () => Board): void {
    this.#board = board;
  }

  conclude(claims: readonly Claim[]): void {
    this.close();
    this.#terminal.write(verdictText(claims, { columns: this.#size.columns, color: this.#color }));
  }

  close(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#terminal.off('resize', this.#draw);
    process.off('exit', this.#leave);
    this.#leave();
    // The screen is gone, the story stays.
    for (const line of this.#story) this.#terminal.write(`${formatStoryLine(line)}\n`);
  }

  get #size(): ScreenSize {
    const { columns, rows } = this.#terminal;
    return columns > 0 && rows > 0 ? { columns, rows } : USUAL_SIZE;
  }

  #tell(kind: StoryLine['kind'], text: string): void {
    this.#story.push({ kind, text, atMs: performance.now() - this.#startedAt });
    this.#drawFrame();
  }

  #drawFrame(): void {
    const scene: Scene = {
      elapsedMs: performance.now() - this.#startedAt,
      chapter: this.#chapter,
      board: this.#board?.(),
      story: this.#story,
    };
    const lines = layOutFrame(scene, this.#size).map(
      (line) => `${render(line, this.#color)}${CLEAR_LINE_END}`,
    );
    // One write, and every line overwritten rather than cleared first: nothing flickers.
    this.#terminal.write(`${BEGIN_FRAME}${lines.join('\r\n')}${CLEAR_BELOW}${END_FRAME}`);
  }
}
