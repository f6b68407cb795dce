import type { Writable } from 'node:stream';
import type { Claim } from '../verdict/claim.js';
import type { Narrator } from './narrator.js';
import { chapterText, formatStoryLine, type StoryLine } from './story.js';
import { verdictText } from './verdict-text.js';

/** Prints the story line by line: for files, pipes and CI. */
export class PlainLog implements Narrator {
  readonly #output: Writable;
  readonly #startedAt = performance.now();

  constructor(output: Writable) {
    this.#output = output;
  }

  chapter(number: number, total: number, title: string): void {
    this.#print('chapter', chapterText(number, total, title));
  }

  say(text: string): void {
    this.#print('event', text);
  }

  follow(): void {}

  conclude(claims: readonly Claim[]): void {
    this.#output.write(verdictText(claims, { columns: Number.POSITIVE_INFINITY, color: false }));
  }

  close(): void {}

  #print(kind: StoryLine['kind'], text: string): void {
    const line: StoryLine = { atMs: performance.now() - this.#startedAt, kind, text };
    this.#output.write(`${formatStoryLine(line)}\n`);
  }
}
