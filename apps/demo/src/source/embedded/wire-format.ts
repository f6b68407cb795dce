import {
  type ErrorCode,
  errorRecovery,
  type KvUpdate,
  type KvUpdateKind,
  SlipstreamError,
  VersionToken,
  type WatchChunk,
  WatchCursor,
} from '@slipstream/core';

/** An update as JSON has it. */
interface WireUpdate {
  readonly kind: KvUpdateKind;
  readonly key: string;
  readonly value: string;
  readonly version: string;
}

/** A line of a watch: a chunk, or the error that it ended with. */
type WireLine =
  | { readonly updates: readonly WireUpdate[]; readonly cursor: string; readonly pending: number | null }
  | { readonly code: ErrorCode; readonly message: string };

/** An update, made fit for JSON. */
export function toWire({ kind, key, value, version }: KvUpdate): WireUpdate {
  return { kind, key, value: Buffer.from(value).toString('base64'), version: version.toString() };
}

/** The update that {@link toWire} made fit for JSON. */
export function fromWire({ kind, key, value, version }: WireUpdate): KvUpdate {
  return {
    kind,
    key,
    value: new Uint8Array(Buffer.from(value, 'base64')),
    version: VersionToken.parse(version),
  };
}

/** One line for a chunk. */
export function encodeChunk({ updates, cursor, pending }: WatchChunk): string {
  const line: WireLine = { updates: updates.map(toWire), cursor: `${cursor}`, pending: pending ?? null };
  return `${JSON.stringify(line)}\n`;
}

/** One line for the end of a watch. */
export function encodeError(caught: unknown): string {
  const { code, message } = SlipstreamError.from(caught, 'WATCH_FAILED');
  const line: WireLine = { code, message };
  return `${JSON.stringify(line)}\n`;
}

/** The chunk of a line. @throws the error that the watch ended with, when the line has that */
export function decodeChunk(text: string): WatchChunk {
  const line = JSON.parse(text) as WireLine;
  if ('code' in line) {
    throw new SlipstreamError(line.code in errorRecovery ? line.code : 'WATCH_FAILED', line.message);
  }
  return {
    updates: line.updates.map(fromWire),
    cursor: WatchCursor.parse(line.cursor),
    pending: line.pending ?? undefined,
  };
}
