import { join } from 'node:path';
import { eventually, temporaryDirectory } from '@slipstream/test-kit';
import { startNatsServer } from '@slipstream/test-kit/nats';
import { expect, test } from 'vitest';
import { connectNats, type NatsKvStore } from '../src/index.js';
import type { ConsumerInfo } from '../src/jetstream/jetstream-types.js';
import { durableFolds } from './support/durable-folds.js';
import { contentOf, expectHolds } from './support/follower.js';
import { NodeProcess } from './support/node-process.js';
import { ServerAdmin } from './support/server-admin.js';
import { describeOnServers } from './support/server-series.js';

const value = new Uint8Array([1]);
const BUCKET = 'routes';
const KEYS = 20;
/** The least that the server takes for a time to live. */
const TTL_MS = 1_000;
/** More than the server sends before flow control is answered for the first time, which is 2 MiB. */
const FILLERS = 160;
const filler = new Uint8Array(65_536);
const DEADLINE_MS = 45_000;

interface Suspension {
  readonly title: string;
  /** The server's configuration. */
  readonly config?: string;
  /** Between the suspension and the deletes. */
  before(bucket: NatsKvStore, admin: ServerAdmin): Promise<void>;
  /** When the markers have gone. */
  after(bucket: NatsKvStore, admin: ServerAdmin): Promise<void>;
}

const nothing = async (): Promise<void> => undefined;

async function consumers(admin: ServerAdmin): Promise<ConsumerInfo[]> {
  const names = await admin.consumerNames(BUCKET);
  return Promise.all(names.map((name) => admin.api<ConsumerInfo>(`CONSUMER.INFO.KV_${BUCKET}.${name}`)));
}

const suspensions: readonly Suspension[] = [
  { title: 'what is sent to it waits in its sockets', before: nothing, after: nothing },
  {
    title: 'the server holds back what is too much for it',
    async before(bucket, admin) {
      const writes = Array.from({ length: FILLERS }, (_, index) =>
        bucket.writer.put(`fill.${index}`, filler),
      );
      await Promise.all(writes);
      const head = Number((await bucket.status()).lastRevision);
      expect((await consumers(admin)).every(({ delivered }) => delivered.stream_seq < head)).toBe(true);
    },
    after: nothing,
  },
  {
    title: 'the server gives its connection up',
    config: 'ping_interval: "500ms"\nping_max: 1',
    before: nothing,
    async after(_, admin) {
      await eventually(async () => (await admin.consumerNames(BUCKET)).length === 0, {
        what: 'the server to forget the consumers of those that do not answer',
        deadlineMs: DEADLINE_MS,
      });
    },
  },
];

describeOnServers('a node that is suspended for longer than delete markers stay', ({ series, source }) => {
  const hasMarkerTtl = series !== '2.10';

  test.skipIf(!hasMarkerTtl).each(suspensions)(
    'while $title: ends equal to the bucket, deletes included, without a restart',
    async ({ config, before, after }) => {
      await using server = await startNatsServer({ source, config });
      await using admin = await ServerAdmin.connect(server.url);
      await using nats = await connectNats({ servers: server.url });
      const bucket = await nats.bucket(BUCKET, { config: { storage: 'memory', markerTtlMs: TTL_MS } });
      for (let count = 0; count < KEYS; count++) await bucket.writer.put(`k.${count}`, value);
      await using root = await temporaryDirectory();
      await using stack = new AsyncDisposableStack();
      const places = durableFolds.map((fold) => {
        const path = join(root.path, fold.name);
        const node = stack.use(NodeProcess.start({ url: server.url, bucket: BUCKET, fold: fold.name, path }));
        return { fold, directory: { path, [Symbol.asyncDispose]: nothing }, node };
      });
      await Promise.all(
        places.map(({ node }) => node.until(() => node.said('live').length > 0, 'it is live')),
      );

      for (const { node } of places) node.suspend();
      await before(bucket, admin);
      const { messages } = await bucket.status();
      // Every second key is purged; of the others, every second one expires by itself.
      for (let count = 0; count < KEYS; count += 4) {
        await bucket.purger.purge(`k.${count}`, { markerTtlMs: TTL_MS });
        await bucket.purger.purge(`k.${count + 2}`, { markerTtlMs: TTL_MS });
        await bucket.ttl?.putWithTtl(`k.${count + 1}`, value, TTL_MS);
      }
      await eventually(async () => (await bucket.status()).messages === messages - (KEYS / 4) * 3, {
        what: 'the deletes to leave the log, their markers included',
        deadlineMs: DEADLINE_MS,
      });
      await after(bucket, admin);
      await bucket.writer.put('k.last', value);
      for (const { node } of places) node.resume();

      const content = await contentOf(bucket);
      expect(content.entries).toHaveLength(messages - (KEYS / 4) * 3 + 1);
      await Promise.all(
        places.map(async ({ fold, directory, node }) => {
          const reached = () => BigInt(node.cursor) >= content.lastRevision;
          await node.until(reached, `the ${fold.name} fold reaches the head`);
          expect(node.said('opened'), fold.name).toHaveLength(1);
          expect(node.said('failed'), fold.name).toEqual([]);
          await node.kill();
          await using store = await fold.open(directory);
          await expectHolds(store, content, fold.name);
        }),
      );
    },
    120_000,
  );
});
