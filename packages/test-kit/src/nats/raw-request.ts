import { connect } from 'node:net';

const TIMEOUT_MS = 2_000;

/**
 * One request over a connection of its own, in the text protocol of NATS; resolves to the JSON that comes back.
 * @throws {Error} when nothing listens, or the request is not answered.
 */
export function rawRequest<T>(url: string, subject: string, question: object = {}): Promise<T> {
  const { hostname, port } = new URL(url);
  const payload = JSON.stringify(question);
  const inbox = `_INBOX.raw.${process.pid}.${Date.now().toString(36)}`;
  const send = [
    'CONNECT {"verbose":false,"pedantic":false,"headers":true,"no_responders":true}',
    `SUB ${inbox} 1`,
    `PUB ${subject} ${inbox} ${Buffer.byteLength(payload)}`,
    `${payload}\r\n`,
  ].join('\r\n');
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect({ host: hostname, port: Number(port) });
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error(`${url} does not answer ${subject}`)));
    socket.setEncoding('utf8');
    socket.on('error', reject);
    socket.on('close', () => reject(new Error(`${url} closed before it answered ${subject}`)));
    socket.on('data', (text: string) => {
      const isFirst = received === '';
      received += text;
      if (isFirst) socket.write(send);
      if (received.includes('\r\nHMSG ')) {
        socket.destroy(new Error(`nobody at ${url} answers ${subject}`));
        return;
      }
      const [head, length] = /\r\nMSG \S+ 1 (\d+)\r\n/.exec(received) ?? [];
      if (head === undefined) return;
      const body = received.slice(received.indexOf(head) + head.length);
      if (Buffer.byteLength(body) < Number(length) + 2) return;
      resolve(JSON.parse(Buffer.from(body).subarray(0, Number(length)).toString()) as T);
      socket.destroy();
    });
  });
}
