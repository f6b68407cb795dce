/** Something that was reported, at a time since the start of the run. */
export interface StoryLine {
  readonly atMs: number;
  readonly kind: 'chapter' | 'event';
  readonly text: string;
}

/** A line of the story as plain text. */
export function formatStoryLine({ atMs, kind, text }: StoryLine): string {
  const time = `${(atMs / 1000).toFixed(1).padStart(6)} s`;
  return kind === 'chapter' ? `\n${time}  ── ${text}` : `${time}     ${text}`;
}

/** The text of a chapter's line. */
export function chapterText(number: number, total: number, title: string): string {
  return `${number}/${total}  ${title}`;
}
