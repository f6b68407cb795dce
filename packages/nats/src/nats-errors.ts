// Everything that the client and the server report, mapped to the closed list of codes. Errors of the client
// are recognized by their `name`: a connection that was handed in may come from another copy of the client.

import { closedError, type ErrorCode, SlipstreamError } from '@slipstream/core';
import {
  JetStreamAnswerError,
  type JetStreamApiError,
  jetStreamErrorCode,
} from './jetstream/jetstream-error-code.js';

/** Why no connection could be made. `servers` is what was tried. */
export function connectError(error: unknown, servers: string): SlipstreamError | TypeError {
  const text = error instanceof Error ? error.message : String(error);
  switch (errorName(error)) {
    // The client's words for a malformed option, such as a server address that is not a URL.
    case 'InvalidArgumentError':
    case 'TypeError':
      return new TypeError(`NATS: ${text}`, { cause: error });
    case 'AuthorizationError':
    case 'UserAuthenticationExpiredError':
      return unauthorized(`NATS ${servers} refused the credentials: ${text}`, error);
    // The dial timed out: something accepts connections there and sends nothing.
    case 'TimeoutError':
      return new SlipstreamError('TIMEOUT', `NATS ${servers} did not answer in time`, {
        cause: error,
        hint: 'Something accepts connections there. The server may wait for TLS (tls.handshakeFirst) or require a certificate (tls.certFile).',
      });
    default:
      return new SlipstreamError('UNAVAILABLE', `NATS ${servers} cannot be reached: ${text}`, {
        cause: error,
        hint: unreachableHint(error, text),
      });
  }
}

/** A file that an option names is not there or not readable. */
export function unreadableFileError(what: string, error: unknown): SlipstreamError {
  return new SlipstreamError('NOT_FOUND', `${what} cannot be read: ${messageOf(error)}`, { cause: error });
}

/** Why `what` could not be sent, or was not answered. */
export function requestError(error: unknown, what: string): SlipstreamError {
  if (SlipstreamError.is(error)) return error;
  switch (errorName(error)) {
    case 'PermissionViolationError':
    case 'AuthorizationError':
    case 'UserAuthenticationExpiredError':
      return unauthorized(`${what}: not permitted: ${messageOf(error)}`, error);
    case 'ClosedConnectionError':
    case 'DrainingConnectionError':
      return new SlipstreamError('CLOSED', `${what}: the connection is closed`, { cause: error });
    default:
      return new SlipstreamError('UNAVAILABLE', `${what}: ${messageOf(error)}`, { cause: error });
  }
}

/** The server refused the subscription that `what` needs. */
export function subscriptionLimitError(what: string, cause: Error): SlipstreamError {
  return new SlipstreamError('LIMIT_EXCEEDED', `${what}: the connection has too many subscriptions`, {
    cause,
    hint: 'Raise max_subscriptions of the server or of the account, or use fewer watches per connection.',
  });
}

/** The connection is down; the client is reconnecting. */
export function disconnectedError(what: string): SlipstreamError {
  return new SlipstreamError('UNAVAILABLE', `${what}: the connection to NATS is down`);
}

/** The connection is closed for good; `reason` is why, unless its owner closed it. */
export function connectionClosedError(what: string, reason: unknown): SlipstreamError {
  if (reason === undefined) return closedError('the connection to NATS');
  const name = errorName(reason);
  if (name === 'AuthorizationError' || name === 'UserAuthenticationExpiredError') {
    return unauthorized(`${what}: the server no longer accepts the credentials`, reason);
  }
  return new SlipstreamError('CLOSED', `${what}: the connection was closed: ${messageOf(reason)}`, {
    cause: reason,
  });
}

/** The server reports that `subject` has no responders. */
class NoRespondersError extends Error {
  constructor(subject: string) {
    super(`no responders for ${subject}`);
    this.name = 'NoRespondersError';
  }
}

/** No responders: JetStream is not there, or has no leader now. */
export function noRespondersError(subject: string, what: string): SlipstreamError {
  return new SlipstreamError('UNAVAILABLE', `${what}: JetStream does not answer`, {
    cause: new NoRespondersError(subject),
  });
}

/** Whether `error` is {@link noRespondersError}. */
export function isNoResponders(error: unknown): boolean {
  return error instanceof SlipstreamError && error.cause instanceof NoRespondersError;
}

/** The first answer was not JetStream's: any subscriber of a subject may answer what is published to it. */
export function foreignAnswerError(what: string): SlipstreamError {
  return new SlipstreamError('UNAVAILABLE', `${what}: something other than JetStream answered`, {
    hint: 'Another subscriber answers this subject. Whether a write took effect is unknown; read the key.',
  });
}

/** The client is not the one that this package knows. */
export function misplacedHeadersError(what: string): SlipstreamError {
  return new SlipstreamError(
    'UNSUPPORTED',
    `${what}: unexpected position of a message's headers in the client's buffer`,
    { hint: 'Use the version of @nats-io/nats-core that this package depends on.' },
  );
}

/** The error that JetStream answered `what` with. */
export function jetStreamError(apiError: JetStreamApiError, what: string): SlipstreamError {
  const [code, hint] = answerCode(apiError);
  const cause = new JetStreamAnswerError(apiError);
  return new SlipstreamError(code, `${what}: ${cause.message}`, { cause, hint });
}

function answerCode({ code, err_code, description }: JetStreamApiError): [ErrorCode, hint?: string] {
  const errors = jetStreamErrorCode;
  switch (err_code) {
    case errors.StreamNotFound:
    case errors.NoMessageFound:
      return ['NOT_FOUND'];
    case errors.StreamWrongLastSequence:
    case errors.StreamWrongLastSequenceConstant:
      return ['REVISION_MISMATCH'];
    case errors.StreamNameExists:
      return ['ALREADY_EXISTS'];
    // A consumer that the server no longer has was this package's own.
    case errors.ConsumerNotFound:
      return ['WATCH_FAILED'];
    case errors.NotEnabled:
    case errors.NotEnabledForAccount:
    case errors.NoAccount:
      return ['UNSUPPORTED', 'Enable JetStream for the server and for the account that is used.'];
    // A single server was asked for replicas on others.
    case errors.ClusterRequired:
    case errors.StreamReplicasNotSupported:
    case errors.ClusterNoPeers:
      return ['UNSUPPORTED', 'Ask for no more replicas than the cluster has suitable servers.'];
    case errors.MessageTtlDisabled:
    case errors.MessageTtlInvalid:
      return ['UNSUPPORTED', 'The bucket has to be created with allowTtl or markerTtlMs.'];
    // The server gives it the number of an internal error.
    case errors.StreamInvalidConfig:
      return ['UNSUPPORTED', 'Change the configuration that the bucket is asked to have.'];
    // Read-only for good.
    case errors.StreamSealed:
      return ['UNSUPPORTED', 'The stream is sealed.'];
    case errors.AccountResourcesExceeded:
    case errors.InsufficientResources:
    case errors.MaximumConsumersLimit:
    case errors.MaximumStreamsLimit:
    case errors.MemoryResourcesExceeded:
    case errors.StorageResourcesExceeded:
    case errors.NoLimits:
    case errors.StreamMaxStreamBytesExceeded:
      return ['LIMIT_EXCEEDED', 'Raise the JetStream limits of the account or of the server.'];
    case errors.StreamMaxBytesRequired:
      return ['LIMIT_EXCEEDED', 'The account requires maxBytes for every bucket.'];
    case errors.StreamMessageExceedsMaximum:
    case errors.StreamHeaderExceedsMaximum:
      return ['LIMIT_EXCEEDED'];
    // One number for a full stream and for a failing disk; only the description distinguishes them.
    case errors.StreamStoreFailed:
      return description.startsWith('maximum ')
        ? ['LIMIT_EXCEEDED', 'The bucket is full and refuses new values (discard: new).']
        : ['UNAVAILABLE'];
    // Transient states of a cluster: no leader yet, a peer that is catching up, an overloaded server.
    case errors.ClusterIncomplete:
    case errors.ClusterNotAvailable:
    case errors.ClusterNotLeader:
    case errors.ConsumerOffline:
    case errors.StreamOffline:
    case errors.StreamExpectedLastSeqPerSubjectNotReady:
    case errors.StreamTooManyRequests:
      return ['UNAVAILABLE'];
    // The rest: the server's own failures may pass, an invalid request stays invalid.
    default:
      return [code >= 500 ? 'UNAVAILABLE' : 'UNSUPPORTED'];
  }
}

function unauthorized(message: string, cause: unknown): SlipstreamError {
  return new SlipstreamError('UNAUTHORIZED', message, {
    cause,
    hint: 'Check the credentials and the permissions of the user.',
  });
}

function unreachableHint(error: unknown, text: string): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const code = typeof cause === 'object' && cause !== null ? Reflect.get(cause, 'code') : undefined;
  if (typeof code === 'string' && /CERT|ALTNAME|SIGNATURE/.test(code)) {
    return "The server's certificate was not accepted: check tls.ca and the host name.";
  }
  if ((typeof code === 'string' && /TLS|SSL/.test(code)) || text.includes("'tls'")) {
    return 'Server and client do not agree on TLS: check tls, and tls.handshakeFirst.';
  }
  return 'Check that the server is running, and the address and the port.';
}

function errorName(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
