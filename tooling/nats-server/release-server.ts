import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { archiveName } from './from-release.mjs';

/** A stand-in for the place where the NATS project has its releases. */
export interface ReleaseServer {
  readonly url: string;
  /** The paths that were asked for. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

export interface ReleaseServerOptions {
  /** The release it has. */
  readonly version: string;
  /** What the released binary says of itself; the release's version by default. */
  readonly says?: string;
  /** The checksum it lists; the archive's own by default. */
  readonly checksum?: string;
}

export async function startReleaseServer(options: ReleaseServerOptions): Promise<ReleaseServer> {
  const name = archiveName(options.version);
  const archive = packBinary(name.replace('.tar.gz', ''), options.says ?? options.version);
  const checksum = options.checksum ?? createHash('sha256').update(archive).digest('hex');
  const files = new Map<string, string | Buffer>([
    [`/v${options.version}/SHA256SUMS`, `${'0'.repeat(64)}  another.zip\n${checksum}  ${name}\n`],
    [`/v${options.version}/${name}`, archive],
  ]);

  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    const body = files.get(request.url ?? '');
    response.writeHead(body === undefined ? 404 : 200).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** An archive as released, but with a script in place of the server. */
function packBinary(folder: string, version: string): Buffer {
  const work = mkdtempSync(join(tmpdir(), 'slipstream-release-'));
  try {
    mkdirSync(join(work, folder));
    writeFileSync(join(work, folder, 'README.md'), '');
    writeFileSync(join(work, folder, 'nats-server'), `#!/bin/sh\necho nats-server: v${version}\n`);
    chmodSync(join(work, folder, 'nats-server'), 0o755);
    spawnSync('tar', ['-czf', 'archive.tar.gz', folder], { cwd: work });
    return readFileSync(join(work, 'archive.tar.gz'));
  } finally {
    rmSync(work, { recursive: true });
  }
}
