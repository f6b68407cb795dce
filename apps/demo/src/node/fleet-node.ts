import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openReplica, type Replica, type Resource, type SnapshotStore } from '@slipstream/core';
import { type Route, routeSchema } from '../routes/route.js';
import { connectSource } from './connect-source.js';
import { DeliveryCount } from './delivery-count.js';
import type { NodeHealth } from './node-health.js';
import type { NodeSettings } from './node-settings.js';
import { openFold } from './open-fold.js';
import { createRouteServer } from './route-server.js';

/** The bucket is looked for at least so often, so that a run need not wait for a fleet's usual patience. */
const LONGEST_REATTACH_DELAY_MS = 1_000;

/** A replica of the routes on a durable fold, and the HTTP server that answers from it. */
export class FleetNode implements Resource {
  readonly #settings: NodeSettings;
  readonly #fold: SnapshotStore;
  readonly #replica: Replica<Route>;
  readonly #delivered: DeliveryCount;
  readonly #opened: NodeHealth['opened'];
  readonly #server: Server;

  private constructor(
    settings: NodeSettings,
    fold: SnapshotStore,
    replica: Replica<Route>,
    delivered: DeliveryCount,
    opened: NodeHealth['opened'],
  ) {
    this.#settings = settings;
    this.#fold = fold;
    this.#replica = replica;
    this.#delivered = delivered;
    this.#opened = opened;
    this.#server = createRouteServer({
      replica,
      bucket: settings.source.bucket,
      describeHealth: (lookups) => this.#health(lookups),
    });
  }

  /** Resolves when lookups are served, with what the fold holds: whether or not the bucket is there. */
  static async open(settings: NodeSettings): Promise<FleetNode> {
    const fold = await openFold(settings.fold);
    const { entries } = await fold.stats();
    const opened = { revision: Number(fold.cursor.revision ?? 0n), entries };
    const delivered = new DeliveryCount();
    const replica = await openReplica({
      source: connectSource(settings.source),
      store: fold,
      schema: routeSchema,
      reattach: { maxDelayMs: LONGEST_REATTACH_DELAY_MS },
      observer: (event) => {
        if (event.type === 'chunk-received') delivered.add(event);
      },
    });
    const node = new FleetNode(settings, fold, replica, delivered, opened);
    node.#server.listen(0, '127.0.0.1');
    await once(node.#server, 'listening');
    return node;
  }

  /** Where it serves. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await this.#replica.close();
    await this.#fold.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #health(lookups: number): Promise<NodeHealth> {
    const { state, cursor, lag } = this.#replica;
    return {
      name: this.#settings.name,
      pid: process.pid,
      engine: this.#fold.backend,
      state: state.name,
      since: state.since,
      cause: state.cause?.message,
      revision: Number(cursor.revision ?? 0n),
      lag,
      entries: (await this.#fold.stats()).entries,
      opened: this.#opened,
      delivered: this.#delivered.total,
      lookups,
    };
  }
}
