import { damagedFoldError, incompatibleFoldError } from '@slipstream/artifact/fold-directory';
import {
  decodeEntryCount,
  decodePosition,
  encodeEntryCount,
  encodePosition,
  FIRST_POSITION,
  type FoldPosition,
} from './fold-position.js';
import { ENTRY_COUNT_KEY, FORMAT_KEY, POSITION_KEY } from './keyspace.js';
import { ENCODINGS, getBytes, type LevelEngine, type LevelOperation } from './level-engine.js';
import { LEVEL_FORMAT_VERSION } from './level-format.js';

/** What a fold has stored about itself. */
export interface FoldState {
  readonly position: FoldPosition;
  /** `undefined`: they have to be counted. */
  readonly entries: number | undefined;
}

/**
 * Reads the state of the fold in an open database, or creates one in an empty database.
 * @param isNew - Whether the database may have no fold yet.
 * @throws `INCOMPATIBLE` when the database contains something else; `CORRUPTED` when the state does not decode.
 */
export async function openState(engine: LevelEngine, location: string, isNew: boolean): Promise<FoldState> {
  const format = getBytes(engine, Buffer.from(FORMAT_KEY));
  if (format !== undefined) {
    assertFormat(format, location);
    return readState(engine, location);
  }
  if (!isNew)
    throw damagedFoldError(
      `${location}: the marker says the fold is complete, but its database has no format entry`,
    );
  if (!(await isEmpty(engine))) {
    throw incompatibleFoldError(`${location} already contains another database`, 'Choose an empty one.');
  }
  await engine.batch(stateOperations(FIRST_POSITION, 0), { ...ENCODINGS, sync: true });
  return { position: FIRST_POSITION, entries: 0 };
}

/** All that makes a database a fold, to be written with `sync`. */
export function stateOperations(position: FoldPosition, entries: number): LevelOperation[] {
  return [
    { type: 'put', key: FORMAT_KEY, value: new TextEncoder().encode(LEVEL_FORMAT_VERSION) },
    { type: 'put', key: ENTRY_COUNT_KEY, value: encodeEntryCount(position.commits, entries) },
    { type: 'put', key: POSITION_KEY, value: encodePosition(position, true) },
  ];
}

function assertFormat(bytes: Uint8Array, location: string): void {
  const format = new TextDecoder().decode(bytes);
  if (format === LEVEL_FORMAT_VERSION) return;
  throw incompatibleFoldError(
    `${location} has format ${format}; this package reads format ${LEVEL_FORMAT_VERSION}`,
    'Use the version of @slipstream/level that wrote it, or start over from an artifact.',
  );
}

function readState(engine: LevelEngine, location: string): FoldState {
  const stored = getBytes(engine, Buffer.from(POSITION_KEY));
  const position = stored && decodePosition(stored);
  if (position === undefined) {
    const what = stored === undefined ? 'is missing' : `does not decode (${stored.length} bytes)`;
    throw damagedFoldError(`${location}: the cursor of the fold ${what}`);
  }
  const count = getBytes(engine, Buffer.from(ENTRY_COUNT_KEY));
  return { position, entries: count && decodeEntryCount(count, position.commits) };
}

async function isEmpty(engine: LevelEngine): Promise<boolean> {
  const iterator = engine.iterator({ ...ENCODINGS, gte: '', highWaterMarkBytes: 1 });
  try {
    return (await iterator.nextv(1)).length === 0;
  } finally {
    await iterator.close();
  }
}
