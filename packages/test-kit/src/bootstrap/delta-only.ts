import assert from 'node:assert/strict';
import type { ArtifactForm } from '@slipstream/artifact';
import { all, type SnapshotStore, type VersionToken, type WatchScope } from '@slipstream/core';
import { collect } from '@slipstream/core/testing';
import { putEach } from '../kv-store/bucket-content.js';
import type { WritableKvStore } from '../kv-store/kv-store-context.js';
import { plainEntry } from '../models/plain-form.js';
import type { BootstrapContext, BootstrapNode, Engine } from './bootstrap-context.js';

/** Puts before the export, changes after it. */
const BEFORE = 12;
const PUTS_AFTER = 6;

/** One hand-over from a live node to a new one. */
export interface HandOver {
  /** The node that exports; it is live. */
  readonly from: BootstrapNode;
  /** Whose folds these are. */
  readonly exporter: Engine;
  readonly importer: Engine;
  readonly form: ArtifactForm;
  readonly bucket: WritableKvStore;
  /** @defaultValue all keys */
  readonly scope?: WatchScope | undefined;
  /** The prefix of every key that is written. @defaultValue `route.` */
  readonly stem?: string | undefined;
  /** Keys outside the scope, written after the export, too. */
  readonly outside?: readonly string[] | undefined;
  /**
   * Versions that the bucket keeps of a key. Above 1, two keys are also overwritten after the export, one of them
   * more often than that: the new node is delivered every version that is left.
   *
   * @defaultValue 1
   */
  readonly history?: number | undefined;
}

/**
 * The headline, asserted by counting: a node that is bootstrapped from an artifact of a live one is delivered
 * exactly what was written after the export, from the revision after the artifact's cursor on.
 *
 * @returns The new node, still live.
 */
export async function assertDeltaOnly(context: BootstrapContext, handOver: HandOver): Promise<BootstrapNode> {
  const {
    from,
    exporter,
    importer,
    form,
    bucket,
    scope,
    stem = 'route.',
    outside = [],
    history = 1,
  } = handOver;
  const numbered = (part: string, count: number): string[] =>
    Array.from({ length: count }, (_, index) => `${stem}${part}.${index}`);

  const before = (await putEach(bucket.writer, numbered('pre', BEFORE))).at(-1) as VersionToken;
  await from.watch.waitFor(before);
  const { path, manifest } = await exporter.exchange.export(from.watch, form);
  const exported = manifest.cursor.revision ?? -1n;
  assert.ok(
    exported >= (before.revision ?? 0n),
    `the manifest is at ${exported}, before the last put, ${before.revision}`,
  );

  await putEach(bucket.writer, outside);
  const retained = await putEach(bucket.writer, numbered('post', PUTS_AFTER));
  if (history > 1) {
    retained.push(...(await overwrite(bucket, `${stem}pre.1`, history - 1)));
    retained.push(...(await overwrite(bucket, `${stem}pre.2`, history + 2)).slice(-history));
  }
  const last = await bucket.writer.delete(`${stem}pre.0`);
  retained.push(last);

  const { store, location } = await importer.exchange.importAt(path);
  assert.equal(String(store.cursor), String(manifest.cursor), 'the imported cursor');
  const node = context.follow(bucket, store, scope);
  await node.watch.waitFor(last);
  const { applied, received, lowestReceived } = node.recorder;
  assert.deepEqual(
    applied.map(({ version }) => version.revision),
    retained.map(({ revision }) => revision),
    'the revisions that the new node applied',
  );
  assert.equal(received, retained.length, 'updates delivered to the new node');
  const lowest = exported + 1n + BigInt(outside.length);
  assert.equal(lowestReceived, lowest, 'the lowest revision delivered to the new node');

  await node.watch.stop();
  const reopened = await reopen(importer, store, location);
  assert.equal(reopened.cursor.revision, last.revision, 'the cursor of the new fold');
  await assertEqualsBucket(reopened, bucket, scope);
  assert.equal(await reopened.get(`${stem}pre.0`), undefined, 'what was deleted after the export');
  return context.follow(bucket, reopened, scope);
}

function overwrite({ writer }: WritableKvStore, key: string, times: number): Promise<VersionToken[]> {
  return putEach(writer, Array<string>(times).fill(key));
}

/** Asserts that the fold holds what the bucket has in the scope, and nothing else. */
export async function assertEqualsBucket(
  fold: SnapshotStore,
  bucket: WritableKvStore,
  scope: WatchScope = all(),
): Promise<void> {
  const live: ReturnType<typeof plainEntry>[] = [];
  for (const start of scope.prefixes)
    live.push(...(await collect(bucket.reader.scan(start))).map(plainEntry));
  const held = (await collect(fold.range(''))).map(plainEntry);
  const byKey = (a: { key: string }, b: { key: string }): number => (a.key < b.key ? -1 : 1);
  assert.deepEqual(held.toSorted(byKey), live.toSorted(byKey), 'the entries of the fold and of the bucket');
}

async function reopen(
  { fold, harness }: Engine,
  store: SnapshotStore,
  location: AsyncDisposable,
): Promise<SnapshotStore> {
  if (!harness.capabilities.durable) return store;
  await store.close();
  return fold.open(location);
}
