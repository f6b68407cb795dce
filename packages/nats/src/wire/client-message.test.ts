import type { Msg } from '@nats-io/nats-core';
import { MsgImpl, Parser } from '@nats-io/nats-core/internal';
import { describe, expect, test } from 'vitest';
import { ClientMessageReader } from './client-message.js';
import { MessageFrame } from './message-frame.js';

/** What the client makes of the bytes of one message, somewhere in what was received. */
function clientMessage(text: string, encoding?: 'latin1'): Msg {
  const bytes = Buffer.from(text, encoding);
  const received = new Uint8Array(bytes.length + 50);
  received.set(bytes, 50);
  let message: Msg | undefined;
  const push: Parser['dispatcher']['push'] = (event) => {
    if ('msg' in event && event.msg !== undefined && event.data !== undefined) {
      message = new MsgImpl(event.msg, event.data, { publish: () => undefined }) as Msg;
    }
  };
  new Parser({ push }).parse(received.subarray(50));
  if (message === undefined) throw new Error('the client found no message');
  return message;
}

/** The parts of a frame as text. */
function partsOf(frame: MessageFrame): string[] {
  const { line, body, subjectStart, subjectEnd, payloadStart, payloadEnd } = frame;
  return [
    line.toString('utf8', subjectStart, subjectEnd),
    Buffer.from(frame.reply, 'latin1').toString('utf8'),
    Buffer.from(frame.headers).toString(),
    body.toString('utf8', payloadStart, payloadEnd),
  ];
}

const HEADERS = 'NATS/1.0\r\nKV-Operation: DEL\r\n\r\n';

describe('ClientMessageReader', () => {
  test.each([
    ['a put', '$KV.b.a', '$JS.ACK.KV_b.c.1.2.3.4.5', '', 'value'],
    ['an empty one', '$KV.b.a', '$JS.ACK.KV_b.c.1.2.3.4.5', '', ''],
    ['one with headers', '$KV.b.a', '$JS.ACK.KV_b.c.1.2.3.4.5', HEADERS, 'value'],
    ['headers alone', '$KV.b.a', '$JS.ACK.KV_b.c.1.2.3.4.5', HEADERS, ''],
    ['one without a reply', '$KV.b.a', '', HEADERS, 'value'],
    ['a subject that is not ASCII', '$KV.b.schlüssel', '$JS.ACK.KV_ü.c.1', HEADERS, 'wért'],
    ['a long subject', `$KV.b.${'s'.repeat(3_000)}`, 'r', HEADERS, 'value'],
  ])('finds the same parts of a message of the client as of its bytes: %s', (_, ...parts) => {
    const [subject, reply, headers, payload] = parts;
    const replied = reply === '' ? '' : `${reply} `;
    const size = Buffer.byteLength(headers + payload);
    const line =
      headers === ''
        ? `MSG ${subject} 7 ${replied}${size}`
        : `HMSG ${subject} 7 ${replied}${headers.length} ${size}`;
    const text = `${line}\r\n${headers}${payload}\r\n`;
    const read = new MessageFrame();
    const ofClient = new MessageFrame();
    expect(read.read(Buffer.from(text), 0)).toBe(Buffer.byteLength(text));
    expect(new ClientMessageReader().read(clientMessage(text), ofClient)).toBe(true);
    expect(partsOf(ofClient)).toEqual(parts);
    expect(partsOf(read)).toEqual(parts);
    expect([ofClient.subscription, ofClient.isAscii]).toEqual([read.subscription, read.isAscii]);
  });

  test('refuses a message whose headers are not where the client puts them', () => {
    const message = clientMessage(
      `HMSG $KV.b.a 7 r ${HEADERS.length} ${HEADERS.length + 1}\r\n${HEADERS}x\r\n`,
    );
    const moved = { ...message, subject: '$KV.b.a', reply: 'r', data: Buffer.alloc(1), size: () => 40 };
    expect(new ClientMessageReader().read(moved as unknown as Msg, new MessageFrame())).toBe(false);
  });

  test.each(['', HEADERS])('never takes a subject that is not UTF-8 for a key: headers %j', (headers) => {
    const sizes = headers === '' ? '' : `${headers.length} `;
    const operation = headers === '' ? 'MSG' : 'HMSG';
    const text = `${operation} $KV.b.ü 7 r ${sizes}${headers.length + 1}\r\n${headers}x\r\n`;
    const frame = new MessageFrame();
    expect(new ClientMessageReader().read(clientMessage(text, 'latin1'), frame)).toBe(true);
    expect(frame.isAscii).toBe(false);
    expect(frame.body.toString('latin1', frame.payloadStart, frame.payloadEnd)).toBe('x');
  });
});
