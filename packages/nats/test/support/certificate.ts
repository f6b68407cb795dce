import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** The files of a self-made certificate for this machine: the client asks for localhost where an IP is given. */
export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
}

/** Makes one in `folder` with openssl; `undefined` where there is no openssl. */
export function selfMadeCertificate(folder: string): Certificate | undefined {
  const certFile = join(folder, 'cert.pem');
  const keyFile = join(folder, 'key.pem');
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'];
  const output = ['-keyout', keyFile, '-out', certFile, '-days', '2', '-nodes'];
  const { status } = spawnSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', ...output, ...subject], {
    stdio: 'ignore',
  });
  return status === 0 ? { certFile, keyFile } : undefined;
}
