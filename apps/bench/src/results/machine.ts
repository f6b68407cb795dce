import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { availableParallelism } from 'node:os';
import type { Machine } from './summarize.js';

const PACKAGES = ['@nats-io/transport-node', '@nats-io/kv', 'classic-level', 'lmdb', 'better-sqlite3'];

/** This machine, and what is installed on it. */
export function thisMachine(natsServerVersion: string): Machine {
  const versions: Record<string, string> = { node: process.versions.node, 'nats-server': natsServerVersion };
  for (const name of PACKAGES) versions[name] = versionOf(name);
  return { cores: availableParallelism(), versions };
}

function versionOf(name: string): string {
  const path = findPackageJSON(name, import.meta.url);
  if (path === undefined) throw new Error(`${name} is not installed`);
  const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string };
  return version;
}
