// Puts a real nats-server of a wanted series under .toolchain/, whatever this machine has installed.
// No dependencies; runs on Node.js >= 18.
import { existsSync } from 'node:fs';
import { access, chmod, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { createFolder } from '../bootstrap/atomic-folder.mjs';
import { ROOT, run } from '../bootstrap/processes.mjs';
import { debian } from './from-debian.mjs';
import { releaseArchives } from './from-release.mjs';
import { SERIES } from './series.mjs';

/** No source may take longer than this, so that the next one can still be tried. */
const TIMEOUT_MS = 3 * 60 * 1000;

/**
 * @typedef {object} Source a way of getting a server
 * @property {string} name
 * @property {string} title
 * @property {(request: Request) => Promise<void>} obtain leaves the binary at usr/sbin/nats-server of the
 *   request's folder, or rejects with the reason
 */

/**
 * @typedef {object} Request
 * @property {import('./series.mjs').Series} series
 * @property {string} folder an empty folder
 * @property {AbortSignal} signal
 * @property {(message: string) => void} report takes what is going on
 */

/**
 * @typedef {object} InstallOptions
 * @property {string} [store] the folder that has one folder per series
 * @property {readonly Source[]} [sources] the ways to try, in this order
 * @property {(message: string) => void} [report] takes what is going on
 */

/** Where `installNatsServer` puts servers: `<series>/usr/sbin/nats-server` in this folder. */
const STORE = join(ROOT, '.toolchain', 'nats-server');

/**
 * Installs a server, completely or not at all, and resolves to the path of its binary. An existing one is
 * left as it is. Several may run at once.
 *
 * @param {string} name the series, for example '2.15'
 * @param {InstallOptions} [options]
 * @returns {Promise<string>}
 * @throws {RangeError} when there is no such series
 * @throws {Error} when no source has it, with each one's reason
 */
export async function installNatsServer(name, options = {}) {
  const { store = STORE, sources = [debian, releaseArchives()], report = () => {} } = options;
  const series = SERIES.get(name);
  if (series === undefined) {
    throw new RangeError(
      `there is no nats-server series "${name}"; known are ${[...SERIES.keys()].join(', ')}`,
    );
  }
  const home = join(store, name);
  if (existsSync(home)) return binaryIn(home);

  const reasons = [];
  for (const source of sources) {
    report(`nats-server ${name}: trying ${source.title}`);
    try {
      await createFolder(home, async (folder) => {
        const signal = AbortSignal.timeout(TIMEOUT_MS);
        await source.obtain({ series, folder, signal, report });
        await chmod(folder, 0o755);
        await assertIsOfSeries(binaryIn(folder), name);
      });
      return binaryIn(home);
    } catch (error) {
      const reason = `${source.title}: ${error instanceof Error ? error.message : error}`;
      reasons.push(reason);
      report(reason);
    }
  }
  throw new Error(
    [
      `cannot install nats-server ${name}:`,
      ...reasons.map((reason) => `  ${reason}`),
      'Put a nats-server on PATH, or set SLIPSTREAM_NATS to a binary, a nats:// URL or "docker".',
    ].join('\n'),
  );
}

/**
 * Suites move on: what is 2.15 today may be 2.16 tomorrow. And a binary that cannot run here is of no use.
 *
 * @param {string} binary
 * @param {string} name
 */
async function assertIsOfSeries(binary, name) {
  await access(binary, constants.X_OK);
  /** @type {string[]} */
  const lines = [];
  const code = await run(binary, ['--version'], { onLine: (line) => lines.push(line) });
  const version = /v(\d+\.\d+)\.\d+/.exec(lines.join('\n'))?.[1];
  if (code !== 0 || version !== name) throw new Error(`it is not ${name}, but says: ${lines.join(' ')}`);
}

/** @param {string} folder */
function binaryIn(folder) {
  return join(folder, 'usr', 'sbin', 'nats-server');
}
