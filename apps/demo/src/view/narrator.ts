import type { Claim } from '../verdict/claim.js';
import type { Board } from './board.js';

/** Reports what happens to the user. */
export interface Narrator {
  /** A chapter begins. */
  chapter(number: number, total: number, title: string): void;
  /** Something happened. */
  say(text: string): void;
  /** From now on there is something to be seen. */
  follow(board: () => Board): void;
  /** What the run has shown: the end of the story. */
  conclude(claims: readonly Claim[]): void;
  /** Nothing more follows; the terminal is as it was. */
  close(): void;
}
