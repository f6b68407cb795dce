import type { FileHandle } from 'node:fs/promises';
import { FragmentType, logFragments } from './log-fragments.js';

/** A record of a log, or a place where none can be read. */
export interface LogRecord {
  /** Where it begins in the file. */
  readonly start: number;
  /** `undefined`: damaged, or torn. */
  readonly bytes: Uint8Array | undefined;
}

/** The records of a log in order, each put together from its fragments. */
export async function* logRecords(file: FileHandle): AsyncGenerator<LogRecord, void, undefined> {
  let open: { readonly start: number; readonly parts: Uint8Array[] } | undefined;
  for await (const { type, start, bytes } of logFragments(file)) {
    const continues = type === FragmentType.middle || type === FragmentType.last;
    if (bytes === undefined || continues !== (open !== undefined)) {
      yield { start: open?.start ?? start, bytes: undefined };
      open = undefined;
    }
    if (bytes === undefined) continue;
    switch (type) {
      case FragmentType.full:
        yield { start, bytes };
        break;
      case FragmentType.first:
        open = { start, parts: [Uint8Array.from(bytes)] };
        break;
      case FragmentType.middle:
        open?.parts.push(Uint8Array.from(bytes));
        break;
      case FragmentType.last:
        if (open !== undefined) yield { start: open.start, bytes: Buffer.concat([...open.parts, bytes]) };
        open = undefined;
        break;
      default:
        break;
    }
  }
  if (open !== undefined) yield { start: open.start, bytes: undefined };
}
