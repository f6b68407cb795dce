// Unpacks nats-server from the archives that the NATS project releases, after checking their SHA-256
// against the release's own list.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { run } from '../bootstrap/processes.mjs';

export const RELEASES = 'https://github.com/nats-io/nats-server/releases/download';

/** Node.js's names of processors, as the releases have them. */
const ARCHITECTURES = new Map([
  ['x64', 'amd64'],
  ['arm64', 'arm64'],
  ['ia32', '386'],
]);

/**
 * @param {string} releases the address under which each release has a folder
 * @returns {import('./installer.mjs').Source}
 */
export function releaseArchives(releases = RELEASES) {
  return {
    name: 'release',
    title: 'the release archive',
    async obtain({ series, folder, signal, report }) {
      const name = archiveName(series.release);
      const base = `${releases}/v${series.release}`;
      const archive = join(folder, name);
      const sums = join(folder, 'SHA256SUMS');

      await download(`${base}/SHA256SUMS`, sums, signal);
      const expected = checksumIn(await readFile(sums, 'utf8'), name);
      report(`downloading ${base}/${name}`);
      await download(`${base}/${name}`, archive, signal);
      const actual = await sha256(archive);
      if (actual !== expected) {
        throw new Error(`${name} has the SHA-256 ${actual}, not ${expected} as the release says`);
      }

      const code = await run('tar', ['-xzf', archive, '-C', folder], { signal, onLine: report });
      if (code !== 0) throw new Error(`tar ended with code ${code}`);
      await mkdir(join(folder, 'usr/sbin'), { recursive: true });
      const unpacked = join(folder, name.replace(/\.tar\.gz$/, ''));
      await rename(join(unpacked, 'nats-server'), join(folder, 'usr/sbin/nats-server'));
      for (const leftover of [unpacked, archive, sums]) await rm(leftover, { recursive: true, force: true });
    },
  };
}

/** @param {string} version */
export function archiveName(version) {
  const architecture = ARCHITECTURES.get(process.arch);
  if (architecture === undefined || !['linux', 'darwin'].includes(process.platform)) {
    throw new Error(`there is none for ${process.platform} on ${process.arch}`);
  }
  return `nats-server-v${version}-${process.platform}-${architecture}.tar.gz`;
}

/**
 * @param {string} sums the text of a SHA256SUMS file
 * @param {string} name
 */
function checksumIn(sums, name) {
  for (const line of sums.split('\n')) {
    const [sum, file] = line.trim().split(/\s+\*?/);
    if (file === name && sum !== undefined) return sum.toLowerCase();
  }
  throw new Error(`the release's SHA256SUMS does not list ${name}`);
}

/**
 * @param {string} url
 * @param {string} file
 * @param {AbortSignal} signal
 */
async function download(url, file, signal) {
  try {
    const response = await fetch(url, { signal });
    if (!response.ok || response.body === null) throw new Error(`HTTP status ${response.status}`);
    await pipeline(Readable.fromWeb(response.body), createWriteStream(file), { signal });
  } catch (error) {
    throw new Error(`cannot download ${url}: ${reasonOf(error)}`, { cause: error });
  }
}

/** @param {string} file */
async function sha256(file) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** @param {unknown} error */
function reasonOf(error) {
  if (!(error instanceof Error)) return String(error);
  // fetch says only that it failed; the cause says why.
  return error.cause instanceof Error ? error.cause.message : error.message;
}
