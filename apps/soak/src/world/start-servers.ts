import {
  type NatsCluster,
  type NatsServer,
  resolveNatsServer,
  startNatsCluster,
  startNatsServer,
} from '@slipstream/test-kit/nats';

/** The servers of a run. */
export interface Servers {
  readonly servers: readonly NatsServer[];
  readonly cluster: NatsCluster | undefined;
  readonly dispose: () => Promise<void>;
}

/** A restart on a machine that has much else to do. */
const START_TIMEOUT_MS = 60_000;

/** Starts one server, or a cluster of three. @throws {Error} when there is none that can be killed */
export async function startServers(isCluster: boolean): Promise<Servers> {
  const source = resolveNatsServer(process.env, { directory: import.meta.dirname });
  if (isCluster) {
    const cluster = await startNatsCluster({ source });
    return { servers: cluster.servers, cluster, dispose: async () => cluster[Symbol.asyncDispose]() };
  }
  const server = await startNatsServer({ source, startTimeoutMs: START_TIMEOUT_MS });
  const dispose = async (): Promise<void> => server[Symbol.asyncDispose]();
  if (server.isControllable) return { servers: [server], cluster: undefined, dispose };
  await dispose();
  throw new Error(`${server.url} runs elsewhere, and cannot be killed`);
}
