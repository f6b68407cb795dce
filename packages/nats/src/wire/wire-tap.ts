import type { NatsConnection } from '@nats-io/nats-core';
import { NatsConnectionImpl, Parser, type ProtocolHandler, State } from '@nats-io/nats-core/internal';
import type { Cancel } from '@slipstream/core';
import { type ClientReader, FrameSplitter } from './frame-splitter.js';
import type { FrameSink } from './message-frame.js';

/** The messages of some subscriptions, as they come over a connection. */
export interface WireTap {
  /**
   * Hands the messages of a subscription to `sink` instead of its callback, which still receives errors. The subscription
   * stays the client's, which also restores it after a reconnect.
   */
  route(subscription: number, sink: FrameSink): Cancel;
}

const taps = new WeakMap<NatsConnection, WireTap>();

/**
 * Taps a connection between the client's transport and its parser; `undefined` when the client is not one
 * that this is known to work with. Everything else stays the client's: sockets, TLS, authentication,
 * reconnecting, keeping alive, subscriptions, and everything but the messages of routed subscriptions. While nothing is
 * routed, all bytes go straight to its parser.
 *
 * Nothing else depends as much on the client's internals. It uses what `@nats-io/nats-core/internal` exports: a protocol
 * handler creates a parser for each connection and feeds it chunk by chunk.
 */
export function tapWire(connection: NatsConnection): WireTap | undefined {
  if (!(connection instanceof NatsConnectionImpl) || !isKnown(connection.protocol)) return undefined;
  const tap = taps.get(connection) ?? openTap(connection.protocol);
  taps.set(connection, tap);
  return tap;
}

function openTap(protocol: ProtocolHandler): WireTap {
  const routes = new Map<number, FrameSink>();
  let current = protocol.parser;
  splitBefore(current, protocol, routes);
  // At each reconnect the client creates a new parser, and it gets a new splitter before it.
  Object.defineProperty(protocol, 'parser', {
    configurable: true,
    enumerable: true,
    get: () => current,
    set: (parser: Parser) => {
      current = parser;
      splitBefore(parser, protocol, routes);
    },
  });
  return {
    route(subscription, sink) {
      routes.set(subscription, sink);
      return () => routes.delete(subscription);
    },
  };
}

function splitBefore(parser: Parser, protocol: ProtocolHandler, routes: Map<number, FrameSink>): void {
  const client: ClientReader = {
    read: parser.parse.bind(parser),
    get isBetweenFrames() {
      return parser.state === State.OP_START;
    },
    // What the client counts itself for each message that it reads.
    skipped(messages, bytes) {
      protocol.inMsgs += messages;
      protocol.inBytes += bytes;
    },
  };
  const splitter = new FrameSplitter(client, routes);
  parser.parse = (bytes) => splitter.read(bytes);
}

/** Whether a client has everything that is used of it, in the expected form. */
function isKnown(protocol: ProtocolHandler): boolean {
  try {
    const { parser, inMsgs, inBytes } = protocol;
    const counts = Number.isInteger(inMsgs) && Number.isInteger(inBytes);
    return counts && parser instanceof Parser && showsFrameBounds();
  } catch {
    return false;
  }
}

/** Whether a parser shows when it is between two frames. */
function showsFrameBounds(): boolean {
  const probe = new Parser({ push: () => undefined });
  const found = ['+OK', '\r\nMSG a 1 2\r\nb', 'c\r\n'].map((text) => {
    probe.parse(Buffer.from(text));
    return probe.state === State.OP_START;
  });
  return !found[0] && !found[1] && found[2] === true;
}
