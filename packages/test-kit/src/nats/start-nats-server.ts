import { DockerNatsServer } from './docker-nats-server.js';
import { ExternalNatsServer } from './external-nats-server.js';
import { NativeNatsServer } from './native-nats-server.js';
import type { NatsServer, NatsServerOptions } from './nats-server.js';
import { resolveNatsServer } from './resolve-nats-server.js';

/**
 * Starts a server of the caller's own, and resolves when it answers.
 * @throws {Error} when there is none to start, or when it does not come up, with the end of its log.
 */
export async function startNatsServer(options: NatsServerOptions = {}): Promise<NatsServer> {
  const source = options.source ?? resolveNatsServer();
  switch (source.kind) {
    case 'binary':
      return NativeNatsServer.start(source.path, options);
    case 'docker':
      return DockerNatsServer.start(source.image, options);
    case 'url':
      return ExternalNatsServer.attach(source.url, options);
    case 'none':
      throw new Error(source.reason);
  }
}
