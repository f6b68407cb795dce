import type { NatsServerSource } from './nats-server-source.js';

/** Options of {@link startNatsServer}. */
export interface NatsServerOptions {
  /** What to start. @defaultValue what `resolveNatsServer()` finds */
  readonly source?: NatsServerSource | undefined;
  /** @defaultValue true */
  readonly jetstream?: boolean | undefined;
  /**
   * Text in the server's configuration language, put after the harness's own. It leaves the log where it is:
   * the harness reads there when the server is ready.
   */
  readonly config?: string | undefined;
  /** Where JetStream keeps its data; it stays afterwards. @defaultValue a folder that goes with the server */
  readonly storeDirectory?: string | undefined;
  /** @defaultValue one that is free */
  readonly port?: number | undefined;
  /** How long a start may take, in milliseconds. @defaultValue 15 000 */
  readonly startTimeoutMs?: number | undefined;
}

/**
 * A nats-server for one test, on a loopback port of its own. Disposing stops it and removes its data. When
 * the test's process dies without that, killed or not, the server and its data go with it.
 */
export interface NatsServer extends AsyncDisposable {
  /** `nats://127.0.0.1:<port>`; the same after a restart. */
  readonly url: string;
  readonly port: number;
  readonly version: string;
  /** The process now running; `undefined` while stopped, and for one in a container or elsewhere. */
  readonly pid: number | undefined;
  /** Whether it can be stopped, killed, restarted and suspended: false for one that runs elsewhere. */
  readonly isControllable: boolean;
  /** The last lines that the server logged. */
  readonly logTail: string;
  /** Ends the server in order and waits until it is gone; the data stay for {@link restart}. */
  stop(): Promise<void>;
  /** Kills it as SIGKILL does and waits until it is gone; the data stay for {@link restart}. */
  kill(): Promise<void>;
  /** Starts it on the same port and the same data, stopping it first if it runs. */
  restart(): Promise<void>;
  /** Freezes it: connections stay open and nothing is answered. */
  suspend(): Promise<void>;
  /** Undoes {@link suspend}. */
  resume(): Promise<void>;
}
