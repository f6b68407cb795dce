import { join } from 'node:path';
import {
  damagedFoldError,
  enterFoldDirectory,
  type FoldDirectory,
} from '@slipstream/artifact/fold-directory';
import { SlipstreamError } from '@slipstream/core';
import { open } from 'lmdb';
import { assertNotPanicked, committed } from './commit/committed.js';
import { assertNotTruncated } from './data-file/assert-not-truncated.js';
import { prepareReaders } from './data-file/prepare-readers.js';
import { type EntryCodec, entryCodec } from './keyspace/entry-codec.js';
import { decodeMeta, EMPTY_META, encodeMeta, type FoldMeta } from './keyspace/fold-meta.js';
import { type KeyEncoder, keyEncoder } from './keyspace/key-encoder.js';
import { META_KEY } from './keyspace/key-layout.js';
import { assertEngine, type ResolvedLmdbConfig } from './lmdb-config.js';
import type { LmdbEngine } from './lmdb-engine.js';
import { engineError } from './lmdb-errors.js';
import type { LmdbFold } from './lmdb-fold.js';
import { DATA_NAME, lmdbFoldKind } from './lmdb-format.js';

/** Opens the fold in a directory, or creates one. A failure leaves nothing open. */
export async function openFold(path: string, config: ResolvedLmdbConfig): Promise<LmdbFold> {
  const directory = await enterFoldDirectory(path, lmdbFoldKind);
  const file = join(directory.path, DATA_NAME);
  let handles: readonly LmdbEngine[] = [];
  const close = async (): Promise<void> => {
    try {
      for (const handle of handles) await closeHandle(handle);
    } finally {
      directory.release();
    }
  };
  try {
    if (directory.isComplete) await assertNotTruncated(file);
    await prepareReaders(`${file}-lock`, !directory.isComplete, config.engineOptions.maxReaders);
    const writer = openHandle(file, config, { keyEncoder });
    handles = [writer];
    const reader = openHandle(file, config, entryCodec());
    handles = [reader, writer];
    const meta = readMeta(reader) ?? (await begin(writer, directory));
    return { file, config, meta, writer, reader, close };
  } catch (error) {
    await close().catch(() => undefined);
    throw engineError(error, `opening the LMDB fold ${directory.path}`);
  }
}

const adopted = new WeakSet<LmdbEngine>();

/** Opens the fold in a database that the caller opened, and closes. */
export async function adoptEngine(engine: LmdbEngine, config: ResolvedLmdbConfig): Promise<LmdbFold> {
  assertEngine(engine);
  const file = engine.path;
  if (adopted.has(engine)) {
    throw new SlipstreamError('LOCKED', `${file}: a fold is already open in this engine`, {
      hint: 'A fold can be open only once: close the other one.',
    });
  }
  adopted.add(engine);
  try {
    const meta = readMeta(engine) ?? (await begin(engine));
    const close = async (): Promise<void> => void adopted.delete(engine);
    return { file, config, meta, writer: engine, reader: engine, close };
  } catch (error) {
    adopted.delete(engine);
    throw engineError(error, `opening the LMDB fold ${file}`);
  }
}

/** The fold's own record; `undefined` in a database without a fold. */
export function readMeta(reader: LmdbEngine): FoldMeta | undefined {
  const record = reader.getBinaryFast(META_KEY);
  if (record === undefined) return undefined;
  const meta = decodeMeta(record.subarray(0, record.length));
  if (meta === undefined) throw damagedFoldError(`${reader.path}: the fold's own record does not decode`);
  return meta;
}

/**
 * Address space, of which a fold uses as much as its file has. The engine would start with a small map, double it each
 * time it is full, and keep all of them: the same pages of the file would count several times as memory of the
 * process. Windows would make the file this large.
 */
const MAP = process.platform === 'win32' ? {} : { mapSize: 64 * 1024 ** 3 };

/** Changes after which the writer thread starts on a commit, while the rest is being handed over. */
const BATCH_START = 100;

/** `lmdb` does not declare that keys and values are bytes with these encodings. */
function openHandle(
  file: string,
  { engineOptions }: ResolvedLmdbConfig,
  coding: { readonly keyEncoder: KeyEncoder } | EntryCodec,
): LmdbEngine {
  return open(file, {
    ...MAP,
    ...engineOptions,
    // Not declared by the engine.
    ...{ batchStartThreshold: BATCH_START },
    encoding: 'binary',
    ...coding,
    noSubdir: true,
    // Otherwise every event turn is a batch of its own, with an internal promise that may reject unhandled.
    eventTurnBatching: false,
  }) as unknown as LmdbEngine;
}

async function closeHandle(handle: LmdbEngine): Promise<void> {
  assertNotPanicked(handle);
  await handle.close();
}

async function begin(engine: LmdbEngine, directory?: FoldDirectory): Promise<FoldMeta> {
  if (directory?.isComplete) throw damagedFoldError(`${engine.path} is empty: its content is lost`);
  await committed(
    engine,
    engine.batch(() => void engine.put(META_KEY, encodeMeta(EMPTY_META))),
  );
  await engine.flushed;
  await directory?.complete();
  return EMPTY_META;
}
