const MAX_CHARACTERS = 16_384;

/** The end of a log. */
export class LogTail {
  #text = '';

  get text(): string {
    return this.#text;
  }

  add(text: string): void {
    this.#text = (this.#text + text).slice(-MAX_CHARACTERS);
  }

  clear(): void {
    this.#text = '';
  }
}
