import {
  type NatsServer,
  resolveNatsServer,
  startNatsCluster,
  startNatsServer,
} from '@slipstream/test-kit/nats';

/** The servers of a run. */
export interface Servers {
  readonly servers: readonly NatsServer[];
  /** Of a cluster: makes another server lead a bucket. */
  readonly stepDown: ((bucket: string) => Promise<void>) | undefined;
  readonly dispose: () => Promise<void>;
}

/** Starts one server, or a cluster of three. @throws {Error} when there is none that can be killed */
export async function startServers(isCluster: boolean): Promise<Servers> {
  const source = resolveNatsServer(process.env, { directory: import.meta.dirname });
  if (isCluster) {
    const cluster = await startNatsCluster({ source });
    const stepDown = async (bucket: string): Promise<void> => {
      await cluster.stepDown(`KV_${bucket}`);
    };
    return { servers: cluster.servers, stepDown, dispose: async () => cluster[Symbol.asyncDispose]() };
  }
  const server = await startNatsServer({ source });
  const dispose = async (): Promise<void> => server[Symbol.asyncDispose]();
  if (server.isControllable) return { servers: [server], stepDown: undefined, dispose };
  await dispose();
  throw new Error(`${server.url} runs elsewhere, and cannot be killed`);
}
