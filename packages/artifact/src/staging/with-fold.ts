import type { SnapshotBackend, SnapshotStore } from '@slipstream/core';

/**
 * Opens the fold at `path` for as long as `visit` runs. An error of `visit` takes precedence over one of
 * closing.
 */
export async function withFold<Config, T>(
  backend: SnapshotBackend<Config>,
  path: string,
  config: Config | undefined,
  visit: (store: SnapshotStore) => Promise<T>,
): Promise<T> {
  const store = await backend.open(path, config);
  let result: T;
  try {
    result = await visit(store);
  } catch (error) {
    await store.close().catch(() => undefined);
    throw error;
  }
  await store.close();
  return result;
}
