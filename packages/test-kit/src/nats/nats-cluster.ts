import { eventually } from '../suite/eventually.js';
import { freePort } from './free-port.js';
import type { NatsServer } from './nats-server.js';
import type { NatsServerSource } from './nats-server-source.js';
import { rawRequest } from './raw-request.js';
import { resolveNatsServer } from './resolve-nats-server.js';
import { startNatsServer } from './start-nats-server.js';

/** Options of {@link startNatsCluster}. */
export interface NatsClusterOptions {
  /** Servers. @defaultValue 3 */
  readonly size?: number | undefined;
  /** What to start; a program of this machine. @defaultValue what `resolveNatsServer()` finds */
  readonly source?: NatsServerSource | undefined;
  /** Text in the servers' configuration language, the same for each. */
  readonly config?: string | undefined;
}

interface ApiAnswer {
  readonly error?: { readonly description: string };
}

interface ClusterInfo extends ApiAnswer {
  readonly cluster?: {
    readonly leader?: string;
    readonly replicas?: readonly { readonly name: string; readonly current: boolean }[];
  };
}

const HOST = '127.0.0.1';
const DEADLINE_MS = 30_000;
const START_ATTEMPTS = 3;

/**
 * Starts servers that form a cluster with JetStream, and resolves when it takes streams.
 * @throws {Error} when it does not come up, with the end of a server's log.
 */
export async function startNatsCluster(options: NatsClusterOptions = {}): Promise<NatsCluster> {
  return NatsCluster.start(options);
}

/** A cluster for one test, on loopback ports of its own. Disposing stops it and removes its data. */
export class NatsCluster implements AsyncDisposable {
  /** Each can be stopped, killed, suspended and restarted by itself. */
  readonly servers: readonly NatsServer[];

  private constructor(servers: readonly NatsServer[]) {
    this.servers = servers;
  }

  /**
   * Starts one, and another in its place when it does not come up: a port that was free a moment ago may be
   * taken by then, and servers that cannot listen for each other never agree on a leader.
   *
   * @internal
   */
  static async start({ source = resolveNatsServer(), ...options }: NatsClusterOptions): Promise<NatsCluster> {
    if (source.kind === 'none') throw new Error(source.reason);
    if (source.kind !== 'binary') {
      throw new Error(`a cluster is made of programs of this machine, not of a server by ${source.kind}`);
    }
    for (let attempt = 1; ; attempt++) {
      try {
        return await NatsCluster.#startOnce({ source, ...options });
      } catch (error) {
        if (attempt === START_ATTEMPTS) throw error;
      }
    }
  }

  static async #startOnce({ size = 3, source, config = '' }: NatsClusterOptions): Promise<NatsCluster> {
    const ports: number[] = [];
    while (ports.length < size) ports.push(await freePort());
    const routes = ports.map((port) => `nats-route://${HOST}:${port}`).join(', ');
    const started = await Promise.allSettled(
      ports.map((port, index) =>
        startNatsServer({
          source,
          config: [
            `server_name: ${nameOf(index)}`,
            `cluster { name: test, listen: "${HOST}:${port}", routes: [${routes}] }`,
            config,
          ].join('\n'),
        }),
      ),
    );
    const cluster = new NatsCluster(
      started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])),
    );
    try {
      for (const one of started) if (one.status === 'rejected') throw one.reason;
      await cluster.ready();
    } catch (error) {
      await cluster[Symbol.asyncDispose]();
      throw error;
    }
    return cluster;
  }

  /** The addresses of all servers. */
  get urls(): string[] {
    return this.servers.map(({ url }) => url);
  }

  /** Resolves when JetStream takes a stream with a replica on each server that runs. */
  async ready(): Promise<void> {
    const name = 'ready-probe';
    const replicas = this.servers.filter(({ pid }) => pid !== undefined).length;
    const config = { name, subjects: [name], num_replicas: replicas, storage: 'memory' };
    const takesStreams = async (): Promise<boolean> => {
      const answer = await this.#ask<ApiAnswer>(`STREAM.CREATE.${name}`, config);
      return answer !== undefined && answer.error === undefined;
    };
    await eventually(takesStreams, { what: 'the cluster to take streams', deadlineMs: DEADLINE_MS });
    await this.#ask(`STREAM.DELETE.${name}`);
  }

  /** The server that leads `stream` now; waits for one. */
  async leaderOf(stream: string): Promise<NatsServer> {
    const name = await eventually(async () => (await this.#info(stream))?.leader, {
      what: `stream ${stream} to have a leader`,
      deadlineMs: DEADLINE_MS,
    });
    return this.#named(name);
  }

  /** Makes another server lead `stream`, and resolves to it. */
  async stepDown(stream: string): Promise<NatsServer> {
    const before = await this.leaderOf(stream);
    const answer = await this.#ask<ApiAnswer>(`STREAM.LEADER.STEPDOWN.${stream}`);
    if (answer?.error !== undefined)
      throw new Error(`${stream} keeps its leader: ${answer.error.description}`);
    return eventually(
      async () => {
        const leader = await this.leaderOf(stream);
        return leader === before ? undefined : leader;
      },
      { what: `another server to lead stream ${stream}`, deadlineMs: DEADLINE_MS },
    );
  }

  /** Resolves when every replica of `stream` has all of it. */
  async inSync(stream: string): Promise<void> {
    await eventually(
      async () => {
        const cluster = await this.#info(stream);
        return cluster?.leader !== undefined && (cluster.replicas ?? []).every(({ current }) => current);
      },
      { what: `the replicas of stream ${stream} to catch up`, deadlineMs: DEADLINE_MS },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.servers.map((server) => server[Symbol.asyncDispose]()));
  }

  #named(name: string): NatsServer {
    const server = this.servers[Number(name.slice(NAME_PREFIX.length)) - 1];
    if (server === undefined) throw new Error(`${name} is no server of this cluster`);
    return server;
  }

  async #info(stream: string): Promise<ClusterInfo['cluster']> {
    return (await this.#ask<ClusterInfo>(`STREAM.INFO.${stream}`))?.cluster;
  }

  /** Asks the first server that answers; `undefined`: none does. */
  async #ask<T>(operation: string, question?: object): Promise<T | undefined> {
    for (const server of this.servers) {
      if (server.pid === undefined) continue;
      const answer = await rawRequest<T>(server.url, `$JS.API.${operation}`, question).catch(() => undefined);
      if (answer !== undefined) return answer;
    }
    return undefined;
  }
}

const NAME_PREFIX = 'node-';

function nameOf(index: number): string {
  return `${NAME_PREFIX}${index + 1}`;
}
