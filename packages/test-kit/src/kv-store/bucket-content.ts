import { type KvStore, type KvWriter, VersionToken, WatchCursor } from '@slipstream/core';
import { collect } from '@slipstream/core/testing';

const PARALLEL_WRITES = 200;

/** Text as the bytes of a value. */
export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The text of a value. */
export function textOf(value: Uint8Array | undefined): string | undefined {
  return value === undefined ? undefined : new TextDecoder().decode(value);
}

/** Puts each key with its name as its value, one after the other. */
export async function putEach(writer: KvWriter, keys: readonly string[]): Promise<VersionToken[]> {
  const versions: VersionToken[] = [];
  for (const key of keys) versions.push(await writer.put(key, bytesOf(key)));
  return versions;
}

/** {@link putEach} with many at a time: the order of the versions is the source's. */
export async function putAll(writer: KvWriter, keys: readonly string[]): Promise<VersionToken[]> {
  const versions: VersionToken[] = [];
  for (let start = 0; start < keys.length; start += PARALLEL_WRITES) {
    const some = keys.slice(start, start + PARALLEL_WRITES);
    versions.push(...(await Promise.all(some.map((key) => writer.put(key, bytesOf(key))))));
  }
  return versions;
}

/** The keys that the source lists, sorted. */
export async function listed(store: KvStore, prefix: string = ''): Promise<string[]> {
  return (await collect(store.reader.keys(prefix))).sort();
}

/** `count` keys that begin with `stem`, sorted. */
export function numberedKeys(stem: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${stem}${String(index).padStart(5, '0')}`);
}

/** The cursor after `version`, as a watch of this log would give it. */
export async function cursorAfter(store: KvStore, version: VersionToken | undefined): Promise<WatchCursor> {
  const { epoch } = await store.status();
  return WatchCursor.of({ version: version ?? VersionToken.unknown, epoch });
}
