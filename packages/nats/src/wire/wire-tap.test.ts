import type { NatsConnection } from '@nats-io/nats-core';
import { Kind, NatsConnectionImpl, Parser } from '@nats-io/nats-core/internal';
import { describe, expect, test } from 'vitest';
import { tapWire } from './wire-tap.js';

type Event = Parameters<Parser['dispatcher']['push']>[0];

/** A connection of the client's own class that was never made, with what its protocol handler would have. */
function clientConnection() {
  const heard: string[] = [];
  const push = (event: Event): void => {
    if ('kind' in event) heard.push(event.kind === Kind.MSG ? `message for ${event.msg?.sid}` : 'line');
  };
  const newParser = (): Parser => new Parser({ push });
  const protocol = { parser: newParser(), inMsgs: 3, inBytes: 100 };
  const connection: NatsConnection = Object.assign(Object.create(NatsConnectionImpl.prototype), { protocol });
  // As the client does for each chunk that it receives.
  const receive = (text: string): void => protocol.parser.parse(Buffer.from(text));
  return { connection, protocol, heard, newParser, receive };
}

describe('tapWire', () => {
  test('hands the messages of a routed subscription to its sink, and everything else to the client', () => {
    const { connection, heard, receive } = clientConnection();
    tapWire(connection)?.route(7, ({ payloadEnd, payloadStart }) =>
      heard.push(`sink ${payloadEnd - payloadStart}`),
    );
    receive('MSG a 6 1\r\na\r\nPING\r\nMSG a 7 2\r\nab\r\nMSG a 8 1\r\na\r\n+OK\r\n');
    expect(heard).toEqual(['message for 6', 'line', 'sink 2', 'message for 8', 'line']);
  });

  test('goes on with the parser that the client makes for a new connection, and forgets half a message', () => {
    const { connection, protocol, heard, newParser, receive } = clientConnection();
    tapWire(connection)?.route(7, ({ reply }) => heard.push(`sink ${reply}`));
    receive('MSG a 7 first 10\r\nab');
    protocol.parser = newParser();
    receive('MSG a 7 second 2\r\nab\r\n');
    expect(heard).toEqual(['sink second']);
  });

  test('keeps the statistics of the client true', () => {
    const { connection, protocol, receive } = clientConnection();
    tapWire(connection)?.route(7, () => undefined);
    receive('MSG a 7 2\r\nab\r\nHMSG a 7 12 13\r\nNATS/1.0\r\n\r\na\r\n');
    expect(protocol).toMatchObject({ inMsgs: 5, inBytes: 115 });
  });

  test('a route that was left is the client’s again', () => {
    const { connection, heard, receive } = clientConnection();
    const leave = tapWire(connection)?.route(7, () => heard.push('sink'));
    receive('MSG a 7 2\r\nab\r\n');
    leave?.();
    receive('MSG a 7 2\r\nab\r\n');
    expect(heard).toEqual(['sink', 'message for 7']);
  });

  test('a connection is tapped once, by however many clients', () => {
    const { connection } = clientConnection();
    expect(tapWire(connection)).toBe(tapWire(connection));
  });

  test.each([
    ['of another client', () => ({})],
    ['whose client has no parser', () => ({ ...clientConnection().protocol, parser: undefined })],
    ['whose client counts otherwise', () => ({ ...clientConnection().protocol, inMsgs: undefined })],
  ])('a connection %s is not tapped', (title, protocol) => {
    const prototype = title === 'of another client' ? Object.prototype : NatsConnectionImpl.prototype;
    const connection = Object.assign(Object.create(prototype), { protocol: protocol() });
    expect(tapWire(connection)).toBeUndefined();
  });

  test('a client whose parser no longer tells where it is, is not tapped', () => {
    const { connection, protocol } = clientConnection();
    const { parse } = Parser.prototype;
    Parser.prototype.parse = function parseWithoutState(this: Parser, bytes) {
      parse.call(this, bytes);
      Object.assign(this, { state: undefined });
    };
    try {
      expect(tapWire(connection)).toBeUndefined();
      expect(Object.getOwnPropertyDescriptor(protocol, 'parser')?.get).toBeUndefined();
    } finally {
      Parser.prototype.parse = parse;
    }
  });
});
