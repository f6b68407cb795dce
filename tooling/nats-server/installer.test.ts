import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { releaseArchives } from './from-release.mjs';
import { installNatsServer } from './installer.mjs';
import { type ReleaseServer, type ReleaseServerOptions, startReleaseServer } from './release-server.ts';
import { SERIES } from './series.mjs';

const NAME = '2.15';
const VERSION = SERIES.get(NAME)?.release ?? '';

let store: string;
let server: ReleaseServer | undefined;

beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), 'slipstream nats '));
});

afterEach(async () => {
  rmSync(store, { recursive: true });
  await server?.close();
  server = undefined;
});

async function install(options: Partial<ReleaseServerOptions> = {}): Promise<string> {
  server ??= await startReleaseServer({ version: VERSION, ...options });
  return installNatsServer(NAME, { store, sources: [releaseArchives(server.url)] });
}

test('the server of a release is at usr/sbin/nats-server of its series, and runs', async () => {
  const binary = await install();
  expect(binary).toBe(join(store, NAME, 'usr/sbin/nats-server'));
  expect(execFileSync(binary, ['--version'], { encoding: 'utf8' })).toContain(VERSION);
  expect(readdirSync(join(store, NAME))).toEqual(['usr']);
});

test('a server that is there is not fetched again', async () => {
  await install();
  const before = server?.requests.length;
  await install();
  expect(server?.requests.length).toBe(before);
});

test('installations at the same time leave one server', async () => {
  server = await startReleaseServer({ version: VERSION });
  const binaries = await Promise.all([install(), install(), install()]);
  expect(new Set(binaries).size).toBe(1);
  expect(readdirSync(store)).toEqual([NAME]);
});

test('an archive with another checksum is refused, and nothing is left', async () => {
  await expect(install({ checksum: 'f'.repeat(64) })).rejects.toThrow(
    /has the SHA-256 [0-9a-f]{64}, not f{64}/,
  );
  expect(readdirSync(store)).toEqual([]);
});

test('a binary of another series is refused, and nothing is left', async () => {
  await expect(install({ says: '2.16.0' })).rejects.toThrow('it is not 2.15, but says: nats-server: v2.16.0');
  expect(readdirSync(store)).toEqual([]);
});

test('a release that is not there is named', async () => {
  await expect(install({ version: '2.9.0' })).rejects.toThrow(`/v${VERSION}/SHA256SUMS: HTTP status 404`);
});

test('a source that fails is followed by the next', async () => {
  server = await startReleaseServer({ version: VERSION });
  const broken = {
    name: 'broken',
    title: 'nowhere',
    obtain: () => Promise.reject(new Error('no such place')),
  };
  const reports: string[] = [];
  const sources = [broken, releaseArchives(server.url)];
  await installNatsServer(NAME, { store, sources, report: (message) => reports.push(message) });
  expect(reports).toContain('nowhere: no such place');
});

test('when no source has it, the error has the reason of each and what else one can do', async () => {
  const sources = ['one', 'two'].map((name) => ({
    name,
    title: `source ${name}`,
    obtain: () => Promise.reject(new Error(`no ${name}`)),
  }));
  const failed = installNatsServer(NAME, { store, sources });
  await expect(failed).rejects.toThrow(/source one: no one\n {2}source two: no two\n.*SLIPSTREAM_NATS/);
});

test('an unknown series is refused', async () => {
  await expect(installNatsServer('2.9', { store })).rejects.toThrow('"2.9"; known are 2.10, 2.15');
});
