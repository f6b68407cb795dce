import { existsSync, readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { availableParallelism, type } from 'node:os';
import type { Machine } from './summarize.js';

const OS_RELEASE = '/etc/os-release';
const PACKAGES = ['@nats-io/transport-node', '@nats-io/kv', 'classic-level', 'lmdb', 'better-sqlite3'];

/** This machine, and what is installed on it. */
export function thisMachine(natsServerVersion: string): Machine {
  const versions: Record<string, string> = { node: process.versions.node, 'nats-server': natsServerVersion };
  for (const name of PACKAGES) versions[name] = versionOf(name);
  return { cores: availableParallelism(), system: systemName(), versions };
}

/** What a Linux distribution calls itself; elsewhere, what the system does. */
function systemName(): string {
  if (process.platform !== 'linux' || !existsSync(OS_RELEASE)) return type();
  const [, name] = /^NAME="?([^"\n]+)"?$/m.exec(readFileSync(OS_RELEASE, 'utf8')) ?? [];
  return name ?? type();
}

function versionOf(name: string): string {
  const path = findPackageJSON(name, import.meta.url);
  if (path === undefined) throw new Error(`${name} is not installed`);
  const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string };
  return version;
}
