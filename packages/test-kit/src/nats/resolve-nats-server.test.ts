import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../suite/temporary-directory.js';
import { resolveNatsServer } from './resolve-nats-server.js';

async function folder(): Promise<string> {
  const { path, [Symbol.asyncDispose]: remove } = await temporaryDirectory();
  onTestFinished(remove);
  return path;
}

async function program(...path: string[]): Promise<string> {
  const file = join(...path);
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, '#!/bin/sh\n');
  await chmod(file, 0o755);
  return file;
}

test('a series names the server installed in the directory or above it', async () => {
  const root = await folder();
  const path = await program(root, '.toolchain/nats-server/2.10/usr/sbin/nats-server');
  const directory = join(root, 'packages/nats');
  await mkdir(directory, { recursive: true });
  expect(resolveNatsServer({ SLIPSTREAM_NATS: '2.10' }, { directory })).toEqual({ kind: 'binary', path });
  expect(() => resolveNatsServer({ SLIPSTREAM_NATS: '2.99' }, { directory })).toThrow(/2\.99/);
});

test('a URL, a path and an image are taken as they are', async () => {
  const path = await program(await folder(), 'own-server');
  expect(resolveNatsServer({ SLIPSTREAM_NATS: 'nats://127.0.0.1:4222' })).toEqual({
    kind: 'url',
    url: 'nats://127.0.0.1:4222',
  });
  expect(resolveNatsServer({ SLIPSTREAM_NATS: path })).toEqual({ kind: 'binary', path });
  expect(resolveNatsServer({ SLIPSTREAM_NATS: 'docker:nats:2.10' })).toEqual({
    kind: 'docker',
    image: 'nats:2.10',
  });
  expect(resolveNatsServer({ SLIPSTREAM_NATS: 'docker' })).toEqual({ kind: 'docker', image: 'nats:latest' });
});

test('a path that cannot be run is refused', async () => {
  const path = join(await folder(), 'text');
  await writeFile(path, 'not a program');
  expect(() => resolveNatsServer({ SLIPSTREAM_NATS: path })).toThrow(/no program/);
});

test('unset, a server on PATH comes before an installed one, and of those the newest is taken', async () => {
  const root = await folder();
  await program(root, '.toolchain/nats-server/2.9/usr/sbin/nats-server');
  const installed = await program(root, '.toolchain/nats-server/2.15/usr/sbin/nats-server');
  const onPath = await program(root, 'bin/nats-server');
  const options = { directory: root };
  expect(resolveNatsServer({ PATH: `/nowhere:${join(root, 'bin')}` }, options)).toEqual({
    kind: 'binary',
    path: onPath,
  });
  expect(resolveNatsServer({ PATH: '/nowhere' }, options)).toEqual({ kind: 'binary', path: installed });
});

test('unset with only Docker there, a container is used', async () => {
  const directory = await folder();
  expect(resolveNatsServer({ PATH: '', DOCKER_HOST: 'unix:///nowhere' }, { directory }).kind).toBe('docker');
});
