import type { NatsConnection } from '@nats-io/nats-core';
import { NatsConnectionImpl, Parser, type ProtocolHandler, State } from '@nats-io/nats-core/internal';
import type { Cancel } from '@slipstream/core';
import { type ClientReader, FrameSplitter } from './frame-splitter.js';
import type { FrameSink } from './message-frame.js';

/** The messages of some subscriptions, as they come over a connection. */
export interface WireTap {
  /**
   * Hands the messages of a subscription to `sink` instead of to its callback, which still hears of errors.
   * The subscription stays the client's: it is the client that makes it, also anew after a re-connect.
   */
  route(subscription: number, sink: FrameSink): Cancel;
}

const taps = new WeakMap<NatsConnection, WireTap>();

/**
 * Taps a connection between the client's transport and its parser; `undefined` when the client is not one
 * that this is known to work with. Everything else stays the client's: sockets, TLS, authentication,
 * re-connecting, keeping alive, subscriptions, and whatever is not a message of a routed subscription. While
 * nothing is routed, all bytes go straight to its parser.
 *
 * Nothing else knows as much of how the client is made inside. It uses what `@nats-io/nats-core/internal`
 * exports: a protocol handler makes a parser for each (re-)connect and gives it chunk after chunk.
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
  // At each re-connect the client begins with a new parser, and so does what stands before it.
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

/** Whether a client has what is used of it, in the form in which it is used. */
function isKnown(protocol: ProtocolHandler): boolean {
  try {
    const { parser, inMsgs, inBytes } = protocol;
    const counts = Number.isInteger(inMsgs) && Number.isInteger(inBytes);
    return counts && parser instanceof Parser && tellsWhereItIs();
  } catch {
    return false;
  }
}

/** Whether a parser is found to be between two frames just when it is. */
function tellsWhereItIs(): boolean {
  const probe = new Parser({ push: () => undefined });
  const found = ['+OK', '\r\nMSG a 1 2\r\nb', 'c\r\n'].map((text) => {
    probe.parse(Buffer.from(text));
    return probe.state === State.OP_START;
  });
  return !found[0] && !found[1] && found[2] === true;
}
