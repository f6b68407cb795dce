import { Kind, Parser, type ParserEvent, State } from '@nats-io/nats-core/internal';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FrameSplitter } from './frame-splitter.js';
import type { FrameSink, MessageFrame } from './message-frame.js';

/** Subscriptions that are routed; others are the client's. */
const ROUTED = [7, 12_345];
const NAMES = ['OK', 'ERR', 'MSG', 'INFO', 'PING', 'PONG'] as const;

const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('latin1');

/** The parser's declaration says more than it pushes. */
type Pushed = Parameters<Parser['dispatcher']['push']>[0];

/** What the client's parser makes of a message or a line. */
function described(event: Pushed): string {
  const { kind, msg, data } = event as ParserEvent;
  if (kind !== Kind.MSG) return `${NAMES[kind]} ${text(data)}`;
  const headers = Math.max(msg?.hdr ?? 0, 0);
  const parts = [msg?.sid, text(msg?.subject), text(msg?.reply), text(data?.subarray(0, headers))];
  return `MSG ${[...parts, text(data?.subarray(headers))].join('|')}`;
}

function describedFrame(frame: MessageFrame): string {
  const { subscription, line, body, subjectStart, subjectEnd, reply, headers, payloadStart, payloadEnd } =
    frame;
  const parts = [subscription, text(line.subarray(subjectStart, subjectEnd)), reply, text(headers)];
  return `MSG ${[...parts, text(body.subarray(payloadStart, payloadEnd))].join('|')}`;
}

interface Reading {
  readonly heard: string[];
  /** How many of them went past the client. */
  readonly routed: number;
  readonly counted: { messages: number; bytes: number };
  readonly failure: string | undefined;
}

/** Gives the client's parser the chunks, alone or after a splitter. */
function readChunks(chunks: readonly Uint8Array[], routed: readonly number[] | undefined): Reading {
  const heard: string[] = [];
  const counted = { messages: 0, bytes: 0 };
  let taken = 0;
  const parser = new Parser({ push: (event) => heard.push(described(event)) });
  const sink: FrameSink = (frame) => {
    heard.push(describedFrame(frame));
    taken += 1;
  };
  const splitter = new FrameSplitter(
    {
      read: (bytes) => parser.parse(bytes),
      get isBetweenFrames() {
        return parser.state === State.OP_START;
      },
      skipped: (messages, bytes) => {
        counted.messages += messages;
        counted.bytes += bytes;
      },
    },
    new Map(routed?.map((subscription) => [subscription, sink])),
  );
  let failure: string | undefined;
  try {
    for (const chunk of chunks) {
      const received = Uint8Array.from(chunk);
      if (routed === undefined) parser.parse(received);
      else splitter.read(received);
      // The socket may use the memory again: what is held back must be a copy.
      received.fill(0);
    }
  } catch (error) {
    failure = String(error);
  }
  return { heard, routed: taken, counted, failure };
}

/** The stream in chunks that end at `cuts`. */
function cut(stream: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const ends = [...new Set(cuts.map((at) => at % (stream.length + 1)))].sort((one, other) => one - other);
  return [...ends, stream.length].map((end, index) => stream.subarray(ends[index - 1] ?? 0, end));
}

const byte = fc.constantFrom(0, 10, 13, 32, 65, 77, 83, 72, 255);
const payload = fc.uint8Array({ maxLength: 40 }).chain((bytes) =>
  fc.constantFrom(
    bytes,
    bytes.map(() => 10),
  ),
);
const subject = fc.constantFrom('$KV.b.a', '$KV.b.services.x=1', 'a', '_INBOX.x.1', '$KV.b.schlüssel');
const reply = fc.constantFrom(
  undefined,
  '$JS.ACK.KV_b.c.1.2.3.1795445488819123456.4',
  '$JS.FC.KV_b.c.x',
  'é',
);
const headers = fc.constantFrom(
  undefined,
  'NATS/1.0\r\n\r\n',
  'NATS/1.0\r\nKV-Operation: DEL\r\n\r\n',
  'NATS/1.0 100 Idle Heartbeat\r\nNats-Last-Consumer: 1\r\n\r\n',
);
const subscription = fc.constantFrom(...ROUTED, 1, 2, 99_999);

const message = fc.record({ subject, reply, headers, payload, subscription }).map((parts) => {
  const head = Buffer.from(parts.headers ?? '');
  const sizes = parts.headers === undefined ? '' : `${head.length} `;
  const replied = parts.reply === undefined ? '' : `${parts.reply} `;
  const operation = parts.headers === undefined ? 'MSG' : 'HMSG';
  const size = head.length + parts.payload.length;
  const line = `${operation} ${parts.subject} ${parts.subscription} ${replied}${sizes}${size}\r\n`;
  return Buffer.concat([Buffer.from(line), head, parts.payload, Buffer.from('\r\n')]);
});
const otherLine = fc
  .constantFrom('PING\r\n', 'PONG\r\n', '+OK\r\n', "-ERR 'no'\r\n", 'INFO {"max_payload":1048576}\r\n')
  .map((line) => Buffer.from(line));
/** What no server writes, and the client reads all the same; or refuses. */
const odd = fc
  .constantFrom(
    'msg $KV.b.a 7 2\r\nab\r\n',
    'MSG  $KV.b.a 7 2\r\nab\r\n',
    'MSG $KV.b.a 7  2\r\nab\r\n',
    'HMSG $KV.b.a 7  2 2\r\nab\r\n',
    'MSG\t$KV.b.a\t7\t2\r\nab\r\n',
    'MSG $KV.b.a 7 2\nab\r\n',
    'MSG $KV.b.a 7 2\r\nab\n\n',
    'MSG $KV.b.a 7 2\r\nabcdef\r\n',
    'HMSG $KV.b.a 7 002 002\r\nab\r\n',
    'ping\r\n',
    'PING   \r\n',
    `MSG ${'s'.repeat(9_000)} 7 2\r\nab\r\n`,
    `-ERR ${'e'.repeat(9_000)}\r\n`,
  )
  .map((line) => Buffer.from(line));
const refused = fc
  .constantFrom(
    'MSG $KV.b.a 7\r\n',
    'MSG  7 2\r\nab\r\n',
    'HMSG  7 r 2 2\r\nab\r\n',
    'MSG $KV.b.a seven 2\r\nab\r\n',
    'MSG $KV.b.a 7 r x 2\r\nab\r\n',
    'MSG $KV.b.a 7 99999999999\r\nab\r\n',
    'HMSG $KV.b.a 7 3 2\r\nab\r\n',
    'HMSG $KV.b.a 7 2\r\nab\r\n',
    'HXSG $KV.b.a 7 2 2\r\nab\r\n',
    '\r\n',
    'hello\r\n',
  )
  .map((line) => Buffer.from(line));

/** A stream as servers write it, and one that goes as far as the client lets it. */
const plain = fc
  .array(fc.oneof({ weight: 3, arbitrary: message }, otherLine), { maxLength: 12 })
  .map((frames) => Buffer.concat(frames));
const stream = fc
  .array(fc.oneof({ weight: 6, arbitrary: message }, { weight: 2, arbitrary: otherLine }, odd), {
    maxLength: 12,
  })
  .map((frames) => Buffer.concat(frames));
const cuts = fc.array(fc.nat(100_000), { maxLength: 8 });

const RUNS = { numRuns: 2_000, seed: 20_261_123 };

describe('FrameSplitter', () => {
  test('hands over what the client would, in the same order, however the stream is cut', () => {
    fc.assert(
      fc.property(stream, cuts, (bytes, at) => {
        const reference = readChunks([bytes], undefined);
        const split = readChunks(cut(bytes, at), ROUTED);
        expect([reference.failure, split.failure]).toEqual([undefined, undefined]);
        expect(split.heard).toEqual(reference.heard);
      }),
      RUNS,
    );
  });

  test('takes every routed message past the client when the stream is as servers write it', () => {
    fc.assert(
      fc.property(plain, cuts, (bytes, at) => {
        const { heard, routed } = readChunks(cut(bytes, at), ROUTED);
        const isRouted = (text: string): boolean => ROUTED.some((each) => text.startsWith(`MSG ${each}|`));
        expect(routed).toBe(heard.filter(isRouted).length);
      }),
      RUNS,
    );
  });

  test('hands over the same for a stream that is cut at any one place', () => {
    const [sample] = fc.sample(
      stream.filter(({ length }) => length > 600 && length < 2_000),
      {
        numRuns: 1,
        seed: 7,
      },
    );
    const bytes = sample ?? Buffer.alloc(0);
    const reference = readChunks([bytes], undefined);
    expect(readChunks([bytes], ROUTED).routed).toBeGreaterThan(2);
    for (let at = 0; at <= bytes.length; at++) {
      expect(readChunks(cut(bytes, [at]), ROUTED).heard, `cut at ${at}`).toEqual(reference.heard);
    }
    const single = Array.from(bytes, (_, at) => bytes.subarray(at, at + 1));
    expect(readChunks(single, ROUTED).heard).toEqual(reference.heard);
  });

  test('hands over no more of a stream that breaks off than the client would, and one message less at most', () => {
    fc.assert(
      fc.property(fc.oneof(plain, stream), cuts, fc.nat(), (bytes, at, length) => {
        const broken = bytes.subarray(0, length % (bytes.length + 1));
        const reference = readChunks([broken], undefined).heard;
        const { heard } = readChunks(cut(broken, at), ROUTED);
        expect(heard).toEqual(reference.slice(0, heard.length));
        // The client does not wait for the two bytes after a payload.
        expect(heard.length).toBeGreaterThanOrEqual(reference.length - 1);
      }),
      RUNS,
    );
  });

  test('hands over a message as soon as its last byte is there', () => {
    fc.assert(
      fc.property(plain, cuts, fc.nat(), (bytes, at, length) => {
        const broken = bytes.subarray(0, length % (bytes.length + 1));
        fc.pre(broken.at(-1) !== 13);
        expect(readChunks(cut(broken, at), ROUTED).heard).toEqual(readChunks([broken], undefined).heard);
      }),
      RUNS,
    );
  });

  test('refuses what the client refuses, after the same messages', () => {
    const garbage = fc.oneof(refused, fc.array(byte, { minLength: 1, maxLength: 30 }).map(Buffer.from));
    fc.assert(
      fc.property(stream, garbage, stream, cuts, (before, middle, after, at) => {
        const bytes = Buffer.concat([before, middle, after, Buffer.from('\r\nPING\r\nPING\r\n')]);
        const reference = readChunks([bytes], undefined);
        const split = readChunks(cut(bytes, at), ROUTED);
        expect(split.failure === undefined).toBe(reference.failure === undefined);
        expect(split.heard).toEqual(reference.heard);
      }),
      RUNS,
    );
  });

  test('takes the messages of routed subscriptions past the client, and counts them with their bytes', () => {
    const bytes = Buffer.from(
      'MSG a 7 2\r\nab\r\nHMSG a 1 r 12 13\r\nNATS/1.0\r\n\r\nx\r\nMSG b 7 r 3\r\nabc\r\n',
    );
    const { heard, routed, counted } = readChunks(cut(bytes, [12, 61]), ROUTED);
    expect(heard).toEqual(['MSG 7|a|||ab', 'MSG 1|a|r|NATS/1.0\r\n\r\n|x', 'MSG 7|b|r||abc']);
    expect(routed).toBe(2);
    expect(counted).toEqual({ messages: 2, bytes: 5 });
  });

  test('holds back no more than a line can have', () => {
    let given = 0;
    const client = {
      read: (bytes: Uint8Array) => {
        given += bytes.length;
      },
      isBetweenFrames: true,
      skipped: () => undefined,
    };
    const splitter = new FrameSplitter(client, new Map([[7, () => undefined]]));
    const endless = Buffer.from(`MSG ${'s'.repeat(1_000)}`);
    for (let count = 0; count < 20; count++) splitter.read(endless);
    expect(20 * endless.length - given).toBeLessThanOrEqual(8_192);
  });

  test('begins between two messages when a route is made in the middle of one, and ends when it is left', () => {
    const heard: string[] = [];
    const parser = new Parser({ push: (event) => heard.push(`client ${described(event)}`) });
    const routes = new Map<number, FrameSink>();
    const client = {
      read: (bytes: Uint8Array) => parser.parse(bytes),
      get isBetweenFrames() {
        return parser.state === State.OP_START;
      },
      skipped: () => undefined,
    };
    const splitter = new FrameSplitter(client, routes);
    splitter.read(Buffer.from('MSG a 7 9\r\nab\r\nM'));
    routes.set(7, (frame) => heard.push(describedFrame(frame)));
    splitter.read(Buffer.from('SG \r\r\nMSG b 7 1\r\nb\r\nMSG c 7 5\r\ncc'));
    routes.delete(7);
    splitter.read(Buffer.from('ccc\r\nMSG d 7 1\r\nd\r\n'));
    expect(heard).toEqual([
      'client MSG 7|a|||ab\r\nMSG \r',
      'MSG 7|b|||b',
      'client MSG 7|c|||ccccc',
      'client MSG 7|d|||d',
    ]);
  });
});
