import { numberOptions } from './demo-options.js';

const numbers = numberOptions
  .map(({ name, byDefault, meaning }) => `  --${`${name} N`.padEnd(10)} ${meaning} (${byDefault})`)
  .join('\n');

/** What `--help` prints. */
export const helpText: string = `Usage: npm start -- [options]

A fleet of processes keeps a routing table that lives in a JetStream KV bucket. One is killed, a new one
begins with what a live one exported, the server is stopped, and at the end it is proved, by counting
deliveries, that only the delta travelled.

${numbers}
  --data DIR   keep the folds, the artifact and the server's store in DIR, which is empty or not there (a
               temporary folder)
  --nats URL   use this nats-server, such as nats://127.0.0.1:4222; its connections are cut instead of it
               being stopped (one on PATH, else one in .toolchain/, else one by Docker, else none)
  --memory     do without a nats-server: a bucket in the demo's own memory
  --plain      a plain log, even on a terminal
  --help       this text

Exits with 0 when the proof holds, 1 when it does not or the run failed, 2 on a wrong option.
`;
