import { existsSync } from 'node:fs';
import { findInstalled, findOnPath, isExecutable } from './find-binary.js';
import { DEFAULT_IMAGE, type NatsServerSource } from './nats-server-source.js';

/** Where {@link resolveNatsServer} looks. */
export interface ResolveNatsServerOptions {
  /** Where the search for an installed server begins. @defaultValue the working directory */
  readonly directory?: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

const DOCKER_SOCKET = '/var/run/docker.sock';

/**
 * Finds a nats-server for tests. The variable `SLIPSTREAM_NATS` decides:
 *
 * - a series such as `2.10`: the one installed at `.toolchain/nats-server/<series>/usr/sbin/nats-server` in
 *   the working directory or above it;
 * - `nats://…` (or `tls://…`, `ws://…`): a running one;
 * - `docker` or `docker:IMAGE`: a container, by the package testcontainers;
 * - anything else: the path of a binary.
 *
 * Unset: the binary on `PATH`, else the newest installed series, else Docker when its daemon has a socket,
 * else none, with the reason; where `CI` is set, none is an error, so that no pipeline skips unnoticed.
 *
 * @throws {Error} when the variable names something that is not there.
 */
export function resolveNatsServer(
  environment: Environment = process.env,
  { directory = process.cwd() }: ResolveNatsServerOptions = {},
): NatsServerSource {
  const asked = environment['SLIPSTREAM_NATS'];
  return asked === undefined || asked === '' ? findAny(environment, directory) : findNamed(asked, directory);
}

function findNamed(asked: string, directory: string): NatsServerSource {
  if (/^(nats|tls|wss?):\/\//.test(asked)) return { kind: 'url', url: asked };
  const [, image] = /^docker(?::(.+))?$/.exec(asked) ?? [];
  if (image !== undefined || asked === 'docker') return { kind: 'docker', image: image ?? DEFAULT_IMAGE };
  if (/^\d+\.\d+$/.test(asked)) {
    const path = findInstalled(directory, asked);
    if (path !== undefined) return { kind: 'binary', path };
    throw new Error(
      `SLIPSTREAM_NATS is ${asked}, and no .toolchain/nats-server/${asked} is in ${directory} or above`,
    );
  }
  if (isExecutable(asked)) return { kind: 'binary', path: asked };
  throw new Error(`SLIPSTREAM_NATS is ${asked}, which is no program that can be run`);
}

function findAny(environment: Environment, directory: string): NatsServerSource {
  const path = findOnPath(environment['PATH'] ?? '') ?? findInstalled(directory);
  if (path !== undefined) return { kind: 'binary', path };
  if (environment['DOCKER_HOST'] !== undefined || existsSync(DOCKER_SOCKET)) {
    return { kind: 'docker', image: DEFAULT_IMAGE };
  }
  const reason =
    'no nats-server: none on PATH, none in .toolchain/nats-server, no Docker; set SLIPSTREAM_NATS';
  if (environment['CI'] !== undefined && environment['CI'] !== '') throw new Error(reason);
  return { kind: 'none', reason };
}
