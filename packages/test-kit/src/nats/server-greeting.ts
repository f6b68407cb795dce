import { connect } from 'node:net';

/** The part of a server's first line that the harness reads. */
export interface ServerGreeting {
  readonly version: string;
  readonly jetstream: boolean;
}

const ATTEMPT_MS = 1_000;

/** Connects and reads the `INFO` line with which a server greets; rejects when there is none. */
export function readGreeting(host: string, port: number): Promise<ServerGreeting> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect({ host, port });
    socket.setTimeout(ATTEMPT_MS, () => socket.destroy(new Error(`${host}:${port} does not greet`)));
    socket.setEncoding('utf8');
    socket.on('error', reject);
    socket.on('close', () => reject(new Error(`${host}:${port} closed without greeting`)));
    socket.on('data', (chunk: string) => {
      text += chunk;
      const [, info] = /^INFO (\{.*\})\s*\r\n/.exec(text) ?? [];
      if (info === undefined) return;
      const greeting = JSON.parse(info) as { version: string; jetstream?: boolean };
      resolve({ version: greeting.version, jetstream: greeting.jetstream === true });
      socket.destroy();
    });
  });
}
