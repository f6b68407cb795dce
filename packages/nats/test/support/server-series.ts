import { execFileSync } from 'node:child_process';
import { type NatsServerSource, resolveNatsServer, startNatsServer } from '@slipstream/test-kit/nats';
import { describe } from 'vitest';

/** A server to test against; `source.kind` is `none` where there is none of the series. */
export interface ServerSeries {
  readonly series: string;
  readonly source: NatsServerSource;
}

/**
 * What tests need a server to be: `any`, also one that others use; their `own`, which they configure, stop and
 * suspend; a `local` one, which sees the files and signals of this machine.
 */
export type ServerNeed = 'any' | 'own' | 'local';

/** The oldest supported series, and the newest that is tested; the two differ in several traps. */
const SERIES = ['2.10', '2.15'] as const;

const servers = await serverSeries();

/** The servers that tests run against: both series, or the one that SLIPSTREAM_NATS names. */
async function serverSeries(): Promise<readonly ServerSeries[]> {
  const asked = process.env['SLIPSTREAM_NATS'];
  if (asked !== undefined && asked !== '') {
    const source = resolveNatsServer();
    return [{ series: await seriesOf(source), source }];
  }
  const installed = SERIES.flatMap((series) => {
    try {
      return [{ series, source: resolveNatsServer({ SLIPSTREAM_NATS: series }) }];
    } catch {
      return [];
    }
  });
  return installed.length > 0 ? installed : [{ series: 'any', source: resolveNatsServer() }];
}

/** `2.15`, of a program that says `nats-server: v2.15.1`, or of a server that greets with it. */
async function seriesOf(source: NatsServerSource): Promise<string> {
  let version: string;
  if (source.kind === 'binary') version = execFileSync(source.path, ['--version'], { encoding: 'utf8' });
  else {
    await using server = await startNatsServer({ source });
    version = server.version;
  }
  return /(\d+\.\d+)\./.exec(version)?.[1] ?? version;
}

/** Why this server is not what tests need; `undefined`: it is. */
export function unfit({ kind }: NatsServerSource, need: ServerNeed): string | undefined {
  if (kind === 'none') return 'there is no nats-server';
  if (kind === 'url' && need !== 'any') return 'needs a server of its own';
  if (kind === 'docker' && need === 'local') return 'needs a server that is a process of this machine';
  return undefined;
}

type Body = (server: ServerSeries) => void;

/** The body once per series; skipped, and shown so with the reason, where there is no server of one's own. */
export function describeOnServers(title: string, body: Body): void {
  describeWhere('own', title, body);
}

/** {@link describeOnServers} for what a server that others use can be asked, too. */
export function describeOnAnyServers(title: string, body: Body): void {
  describeWhere('any', title, body);
}

/** {@link describeOnServers} for what only a process of this machine can be asked. */
export function describeOnLocalServers(title: string, body: Body): void {
  describeWhere('local', title, body);
}

function describeWhere(need: ServerNeed, title: string, body: Body): void {
  for (const server of servers) {
    const obstacle = unfit(server.source, need);
    const note = obstacle === undefined ? '' : ` (skipped: ${obstacle})`;
    describe.skipIf(obstacle !== undefined)(`${title}, nats-server ${server.series}${note}`, () => {
      body(server);
    });
  }
}
