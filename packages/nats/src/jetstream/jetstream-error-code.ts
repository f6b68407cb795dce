/**
 * The JetStream error codes that mean something to this package, under the server's own names (without their
 * `JS` and `Err`). Codes are stable between server versions, descriptions are not.
 */
export const jetStreamErrorCode = {
  AccountResourcesExceeded: 10002,
  ClusterIncomplete: 10004,
  ClusterNoPeers: 10005,
  ClusterNotAvailable: 10008,
  ClusterNotLeader: 10009,
  ClusterRequired: 10010,
  ConsumerNotFound: 10014,
  InsufficientResources: 10023,
  MaximumConsumersLimit: 10026,
  MaximumStreamsLimit: 10027,
  MemoryResourcesExceeded: 10028,
  NoAccount: 10035,
  NoMessageFound: 10037,
  NotEnabledForAccount: 10039,
  StorageResourcesExceeded: 10047,
  StreamInvalidConfig: 10052,
  StreamMessageExceedsMaximum: 10054,
  StreamNameExists: 10058,
  StreamNotFound: 10059,
  StreamWrongLastSequence: 10071,
  StreamReplicasNotSupported: 10074,
  NotEnabled: 10076,
  StreamStoreFailed: 10077,
  StreamHeaderExceedsMaximum: 10097,
  StreamSealed: 10109,
  StreamMaxBytesRequired: 10113,
  StreamOffline: 10118,
  ConsumerOffline: 10119,
  NoLimits: 10120,
  StreamMaxStreamBytesExceeded: 10122,
  StreamExpectedLastSeqPerSubjectNotReady: 10163,
  StreamWrongLastSequenceConstant: 10164,
  MessageTtlInvalid: 10165,
  MessageTtlDisabled: 10166,
  StreamTooManyRequests: 10167,
} as const;

/** The `error` of a JetStream answer. */
export interface JetStreamApiError {
  /** The class of the error, after HTTP. */
  readonly code: number;
  /** Which error; one of {@link jetStreamErrorCode}, or another that the server knows. */
  readonly err_code: number;
  readonly description: string;
}

/** An error that JetStream answered with, before it is mapped: it becomes the `cause`. */
export class JetStreamAnswerError extends Error {
  readonly apiError: JetStreamApiError;

  constructor(apiError: JetStreamApiError) {
    super(`${apiError.description} (JetStream error ${apiError.err_code})`);
    this.name = 'JetStreamAnswerError';
    this.apiError = apiError;
  }
}

/** Whether `error` came from this JetStream error: itself, or as the cause of the error it was mapped to. */
export function isJetStreamError(error: unknown, code: number): boolean {
  const answer = error instanceof Error && error.cause instanceof JetStreamAnswerError ? error.cause : error;
  return answer instanceof JetStreamAnswerError && answer.apiError.err_code === code;
}
