/** Where a nats-server for tests comes from. */
export type NatsServerSource =
  /** A program on this machine; every server is a process of its own. */
  | { readonly kind: 'binary'; readonly path: string }
  /** A container image; every server is a container of its own. */
  | { readonly kind: 'docker'; readonly image: string }
  /** One that runs already; it is shared, and cannot be stopped or configured. */
  | { readonly kind: 'url'; readonly url: string }
  /** None; `reason` says what was looked for, to be shown with the skipped tests. */
  | { readonly kind: 'none'; readonly reason: string };

/** The image when none is named. */
export const DEFAULT_IMAGE = 'nats:latest';
