import { execFileSync } from 'node:child_process';
import { type NatsServerSource, resolveNatsServer } from '@slipstream/test-kit/nats';
import { describe } from 'vitest';

/** A server to test against; `source.kind` is `none` where there is none of the series. */
export interface ServerSeries {
  readonly series: string;
  readonly source: NatsServerSource;
}

/** The oldest supported series, and the newest that is tested; the two differ in several traps. */
const SERIES = ['2.10', '2.15'] as const;

/** The servers that tests run against: both series, or the one that SLIPSTREAM_NATS names. */
function serverSeries(): readonly ServerSeries[] {
  const asked = process.env['SLIPSTREAM_NATS'];
  if (asked !== undefined && asked !== '') {
    const source = resolveNatsServer();
    return [{ series: seriesOf(source) ?? asked, source }];
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

/** `2.15`, of a program that says `nats-server: v2.15.1`. */
function seriesOf(source: NatsServerSource): string | undefined {
  if (source.kind !== 'binary') return undefined;
  return /v(\d+\.\d+)\./.exec(execFileSync(source.path, ['--version'], { encoding: 'utf8' }))?.[1];
}

/** The body once per series; skipped, and shown so, where there is no server. */
export function describeOnServers(title: string, body: (server: ServerSeries) => void): void {
  for (const server of serverSeries()) {
    describe.skipIf(server.source.kind === 'none')(`${title}, nats-server ${server.series}`, () => {
      body(server);
    });
  }
}
