import type { Board } from './board.js';

/** Tells whoever runs the demo what happens. */
export interface Narrator {
  /** A chapter begins. */
  chapter(number: number, total: number, title: string): void;
  /** Something happened. */
  say(text: string): void;
  /** From now on there is something to be seen. */
  follow(board: () => Board): void;
  /** Nothing more follows; the terminal is as it was. */
  close(): void;
}
